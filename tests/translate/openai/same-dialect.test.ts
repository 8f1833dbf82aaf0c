import { familyOf } from '../../../function/catalog/families.ts';
import type { ErrorBody } from '../../../function/errors.ts';
import { sameDialect } from '../../../function/translate/openai/same-dialect.ts';

interface SmallDialect {
  readonly Request: { readonly model: string; readonly stream_options?: null };
  readonly Reply: { readonly model: string };
  readonly Event: { readonly model: string; readonly choices: { finish_reason: string | null }[] };
  readonly StreamError: ErrorBody;
}

const chat = sameDialect<SmallDialect>(() => {
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
  const context = { ...known, request: { model: 'asked' } };
  const { plan } = chat.request(context);
  const reply = chat.reply([{ id: 'x', model: 'served', choices: [] } as { model: string }], context, plan);
  expect(JSON.stringify(reply)).toBe('{"id":"x","model":"asked","choices":[]}');
  const state = chat.stream.begin({ context, plan });
  const item = { model: 'served', choices: [{ finish_reason: 'stop' }] };
  expect(chat.stream.step(state, { choice: 0, item })).toEqual([{ ...item, model: 'asked' }]);
});
