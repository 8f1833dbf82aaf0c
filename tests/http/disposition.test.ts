import { attachment } from '../../function/http/disposition.ts';

test.each([
  ['report.pdf', `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`],
  ['a "b".txt', `attachment; filename="a _b_.txt"; filename*=UTF-8''a%20%22b%22.txt`],
  ['ü;x=1', `attachment; filename="__x_1"; filename*=UTF-8''%C3%BC%3Bx%3D1`],
  ["it's (1)*", `attachment; filename="it_s (1)_"; filename*=UTF-8''it%27s%20%281%29%2A`],
  ['a\r\nb', `attachment; filename="a__b"; filename*=UTF-8''a%0D%0Ab`],
  ['half \ud83d', `attachment; filename="half _"; filename*=UTF-8''half%20%EF%BF%BD`],
])('the name %j is sent as %s', (name, header) => {
  expect(attachment(name)).toBe(header);
});
