import { familyOf } from '../../../function/catalog/families.ts';
import { same } from '../../../function/translate/openai/same.ts';

const chat = same<
  { readonly model: string; readonly stream_options?: null; readonly bedrock?: object },
  object,
  { readonly choices: [] }
>(() => {
  throw new Error('nothing fails here');
});
const stamp = { id: 'x', created: 1 };
const known = { stamp, model: 'm', family: familyOf('m'), media: new Map(), promptCaching: 'off' as const };

test('the member that speaks to Converse is not sent where nobody knows it, and is named', () => {
  const { request, ignored } = chat.request({ ...known, request: { model: 'm', bedrock: {} } });
  expect([JSON.stringify(request), ignored]).toEqual(['{"model":"m"}', ['bedrock']]);
});

test('a request without it goes on as it is', () => {
  const given = { model: 'm' };
  const { request, ignored } = chat.request({ ...known, request: given });
  expect([request, ignored]).toEqual([given, []]);
});
