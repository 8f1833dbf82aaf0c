import { safeContentType } from '../../../function/backends/wire/content-type.ts';

const unknown = 'application/octet-stream';

test.each<[string | undefined, string]>([
  [undefined, 'application/json'],
  ['application/json', 'application/json'],
  [' Application/JSON; charset=utf-8 ', 'Application/JSON; charset=utf-8'],
  ['application/problem+json', 'application/problem+json'],
  ['application/vnd.example.v1+json;a=1;b="x y"', 'application/vnd.example.v1+json;a=1;b="x y"'],
  ['application/jsonlines', 'application/jsonlines'],
  ['application/x-ndjson', 'application/x-ndjson'],
  ['application/vnd.amazon.eventstream', 'application/vnd.amazon.eventstream'],
  ['text/event-stream; charset=utf-8', 'text/event-stream; charset=utf-8'],
  ['image/png', 'image/png'],
  ['image/jpeg', 'image/jpeg'],
  ['image/webp', 'image/webp'],
  ['', unknown],
  ['text/html', unknown],
  ['text/plain', unknown],
  ['image/svg+xml', unknown],
  ['application/xhtml+xml', unknown],
  ['application/json, text/html', unknown],
  ['application/json; charset="<', unknown],
  ['xapplication/json', unknown],
  [`application/json; a=${'x'.repeat(180)}`, `application/json; a=${'x'.repeat(180)}`],
  [`application/json; a=${'x'.repeat(181)}`, unknown],
])('%j is forwarded as %j', (type, forwarded) => {
  expect(safeContentType(type)).toBe(forwarded);
});
