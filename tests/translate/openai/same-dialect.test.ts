import { familyOf } from '../../../function/catalog/families.ts';
import { same } from '../../../function/translate/openai/same-dialect.ts';

const chat = same<
  { readonly model: string; readonly stream_options?: null },
  { readonly model: string },
  { readonly model: string; readonly choices: { finish_reason: string | null }[] }
>(() => {
  throw new Error('nothing fails here');
});
const stamp = { id: 'x', created: 1 };
const known = { stamp, model: 'm', family: familyOf('m'), media: new Map(), promptCaching: 'off' as const };

test('a request goes on as it is', () => {
  const given = { model: 'm' };
  const { request, ignored } = chat.request({ ...known, request: given });
  expect([request, ignored]).toEqual([given, []]);
});

test('the model of an answer is the name asked for, in the place where the server has its own', () => {
  const exchange = { ...known, request: { model: 'asked' } };
  const { plan } = chat.request(exchange);
  const reply = chat.reply([{ id: 'x', model: 'served', choices: [] } as { model: string }], exchange, plan);
  expect(JSON.stringify(reply)).toBe('{"id":"x","model":"asked","choices":[]}');
  const state = chat.stream.begin({ exchange, plan });
  const item = { model: 'served', choices: [{ finish_reason: 'stop' }] };
  expect(chat.stream.step(state, { choice: 0, item })).toEqual([{ ...item, model: 'asked' }]);
});
