import type { Backend, CallContext, PassthroughAnswer, PassthroughRequest } from '../../function/backends/backend.ts';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { openAiClient } from '../../function/pipeline/openai-client.ts';
import { collect, passthrough, passthroughCall, type PassthroughOptions } from '../../function/pipeline/passthrough.ts';
import type { RoutedRequest } from '../../function/pipeline/route.ts';

const failure: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down' };
const usage = '"usage":{"prompt_tokens":3,"completion_tokens":2}';

type Item = Uint8Array | { readonly failure: Failure };

async function* chunks(...items: (string | Item)[]): AsyncGenerator<Item> {
  for (const item of items) yield typeof item === 'string' ? Buffer.from(item) : item;
}

/** A routed request at a backend that answers so, and what it was asked. */
function routedTo(...items: (string | Item)[]) {
  const asked: [PassthroughRequest, CallContext][] = [];
  const chat = {
    passthrough(request: PassthroughRequest, call: CallContext): Promise<Outcome<PassthroughAnswer>> {
      asked.push([request, call]);
      const [first] = items;
      if (first !== undefined && typeof first !== 'string' && 'failure' in first && items.length === 1)
        return Promise.resolve({ ok: false, failure: first.failure });
      const value = { contentType: 'text/x', headers: { 'x-a': '1', 'content-type': 'no' }, body: chunks(...items) };
      return Promise.resolve({ ok: true, value });
    },
  };
  const routed = {
    request: { client: openAiClient },
    to: { target: { backend: 'fake', model: 'm' }, credential: { kind: 'stack' }, region: 'r' },
    backend: { chat } as unknown as Backend,
    call: { credential: { kind: 'stack' }, model: 'm', region: 'r', signal: new AbortController().signal },
  } as unknown as RoutedRequest<string>;
  return { routed, asked };
}

const sent = { body: 'b', headers: { 'x-b': '2' } };
const made = ({ routed }: ReturnType<typeof routedTo>, options: Partial<PassthroughOptions<string>> = {}) =>
  passthroughCall('chat', { routed, sent, label: 'l', options });

test('a whole answer passes with its headers, and its end tells the usage', async () => {
  const to = routedTo('{"a":1,', `${usage}}`);
  const call = made(to);
  const outcome = await call.answer();
  expect(outcome).toMatchObject({
    ok: true,
    value: {
      headers: { 'x-a': '1', 'content-type': 'text/x' },
      summary: { usage: { inputTokens: 3, outputTokens: 2 } },
    },
  });
  expect(outcome.ok && 'bytes' in outcome.value && Buffer.from(outcome.value.bytes).toString()).toBe(
    `{"a":1,${usage}}`,
  );
  expect(to.asked).toEqual([[{ ...sent, stream: false }, to.routed.call]]);
  expect([call.label, call.ignored]).toEqual(['l', []]);
});

test('failures pass, before an answer and in the middle of one', async () => {
  expect(await made(routedTo({ failure })).answer()).toEqual({ ok: false, failure });
  expect(await made(routedTo({ failure })).open()).toEqual({ ok: false, failure });
  expect(await made(routedTo('a', { failure })).answer()).toEqual({ ok: false, failure });
  const cut = { name: 'TruncatedStream', status: 502, message: 'cut' };
  expect(await made(routedTo('a', { failure: cut })).answer()).toEqual({
    ok: false,
    failure: { ...cut, name: 'MalformedReply' },
  });
});

test('a stream passes chunk by chunk, and its last two tell the usage', async () => {
  const to = routedTo('x'.repeat(10), usage.slice(0, 20), usage.slice(20));
  const outcome = await made(to, { endsEvent: (bytes) => Buffer.from(bytes).toString().endsWith('}') }).open();
  if (!outcome.ok) throw new Error('failed');
  const { fold, source, headers, summary } = outcome.value;
  expect([headers, fold.endsItself, fold.between?.()]).toEqual([{ 'x-a': '1', 'content-type': 'text/x' }, true, true]);
  const told: [string, boolean | undefined][] = [];
  for await (const batch of source)
    for (const item of batch)
      for (const bytes of fold.step(item)) told.push([Buffer.from(bytes as Uint8Array).toString(), fold.between?.()]);
  expect(told).toEqual([
    ['xxxxxxxxxx', false],
    [usage.slice(0, 20), false],
    [usage.slice(20), true],
  ]);
  expect([summary.usage, fold.end()]).toEqual([undefined, []]);
  expect(summary.usage).toMatchObject({ inputTokens: 3, outputTokens: 2 });
  expect(to.asked[0]?.[0]).toEqual({ ...sent, stream: true });
});

test('without a framing that has comments, a stream is between events before it begins alone', async () => {
  const outcome = await made(routedTo('a')).open();
  if (!outcome.ok) throw new Error('failed');
  expect(outcome.value.fold.between?.()).toBe(true);
  outcome.value.fold.step(Buffer.from('a'));
  expect(outcome.value.fold.between?.()).toBe(false);
});

test('a failure in a stream is the error event of the client, and stands in the summary', async () => {
  const outcome = await made(routedTo('a')).open();
  if (!outcome.ok) throw new Error('failed');
  const { fold, summary } = outcome.value;
  expect(fold.step({ failure })).toEqual([openAiClient.failure(failure).event]);
  expect(summary.failure).toBe(failure);
});

test('an endpoint may read usage in its own way', async () => {
  const told = (inputTokens: number) => ({ usage: { inputTokens } });
  const own = { summary: () => told(7), streamSummary: (ending: Uint8Array) => told(ending.length) };
  const whole = await made(routedTo('a'), own).answer();
  expect(whole.ok && whole.value.summary).toEqual(told(7));
  const stream = await made(routedTo('abc'), own).open();
  if (!stream.ok) throw new Error('failed');
  stream.value.fold.step(Buffer.from('abc'));
  stream.value.fold.end();
  expect(stream.value.summary).toEqual(told(3));
});

test("what is prepared names the target, and upstream's own id of the model where there is one", async () => {
  const to = routedTo('a');
  const own = { body: 'b', model: 'm2', ignored: ['seed'] };
  const route = passthrough<string>('chat', { body: () => Promise.resolve(own), label: ({ call }) => call.region });
  expect([route.kind, route.surface]).toEqual(['passthrough', 'chat']);
  const call = await route.prepare(to.routed);
  expect([call.label, call.ignored]).toEqual(['fake:m2 (r)', ['seed']]);
  await call.answer();
  expect(to.asked[0]?.[1]).toEqual({ ...to.routed.call, model: 'm2' });
  const plain = await passthrough<string>('chat', { body: () => sent, label: 'chat' }).prepare(to.routed);
  expect([plain.label, plain.ignored]).toEqual(['fake:m (chat)', []]);
});

test('a surface that is not there is a bug', async () => {
  const { routed } = routedTo('a');
  const call = passthroughCall('converse', { routed, sent, label: 'l' });
  await expect(call.answer()).rejects.toThrow('a route was taken whose surface the backend does not have');
});

test('a whole answer may have 64 MB', async () => {
  const megabyte = Buffer.alloc(1_048_576);
  const most = Array<Uint8Array>(64).fill(megabyte);
  const outcome = await collect(chunks(...most));
  expect(outcome.ok && outcome.value.byteLength).toBe(67_108_864);
  expect(await collect(chunks(...most, 'x', { failure }))).toEqual({
    ok: false,
    failure: { name: 'MalformedReply', status: 502, message: 'The answer is too large.' },
  });
});
