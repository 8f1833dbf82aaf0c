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

interface Chunk {
  readonly model: string;
  readonly choices: { finish_reason: string | null }[];
  readonly usage?: object | null;
}

interface Streaming {
  readonly Request: { readonly model: string; readonly stream_options?: { readonly include_usage?: boolean } | null };
  readonly Reply: { readonly model: string };
  readonly Event: Chunk;
  readonly StreamError: ErrorBody;
}

const broken: ErrorBody = { error: { message: 'Broken.', type: 'server_error', param: null, code: null } };
const streaming = sameDialect<Streaming>(() => ({ status: 502, headers: {}, body: broken, event: broken }));

const going = { model: 'served', choices: [{ finish_reason: null }] };
const stopped = { model: 'served', choices: [{ finish_reason: null }, { finish_reason: 'stop' }] };
const counted = { model: 'served', choices: [], usage: { total_tokens: 1 } };
const empty = { model: 'served', choices: [], usage: null };
const failure = { failure: { name: 'ConnectionError', status: 502, message: '' } };
const cut: ErrorBody = {
  error: {
    message: 'The answer broke off: the model ended its stream without a finish.',
    type: 'server_error',
    param: null,
    code: 'stream_cut_short',
  },
};

function asked(chunk: Chunk): Chunk {
  return { ...chunk, model: 'asked' };
}

test.each<[string, boolean | undefined, (Chunk | typeof failure)[], object[]]>([
  ['a whole answer', undefined, [going, stopped], [asked(going), asked(stopped)]],
  ['usage that nobody asked for', undefined, [stopped, counted], [asked(stopped)]],
  ['usage that is not wanted', false, [stopped, counted], [asked(stopped)]],
  ['usage that is wanted', true, [stopped, counted], [asked(stopped), asked(counted)]],
  ['a chunk without choices or usage', undefined, [empty, stopped], [asked(empty), asked(stopped)]],
  ['a failure, which ends the stream', undefined, [going, failure], [asked(going), broken]],
  ['an answer that breaks off', undefined, [going], [asked(going), cut]],
])('a stream of %s', (_what, include_usage, items, expected) => {
  const options = include_usage === undefined ? {} : { stream_options: { include_usage } };
  const context = { ...known, request: { model: 'asked', ...options } };
  const { plan, calls, streams } = streaming.request(context);
  expect([calls, streams]).toEqual([1, true]);
  const state = streaming.stream.begin({ context, plan });
  const out = items.flatMap((item) => streaming.stream.step(state, { choice: 0, item }));
  expect([...out, ...streaming.stream.end(state)]).toEqual(expected);
});
