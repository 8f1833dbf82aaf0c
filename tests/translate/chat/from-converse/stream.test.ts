import type { ConverseEvent } from '../../../../function/dialects/converse.gen.ts';
import { stream } from '../../../../function/translate/chat/from-converse/stream.ts';
import { accumulated, contextFor, one, plainPlan, streamed } from './support.ts';

const start: ConverseEvent = { messageStart: { role: 'assistant' } };
const stop: ConverseEvent = { messageStop: { stopReason: 'end_turn' } };
const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 };
const metadata: ConverseEvent = { metadata: { usage, metrics: { latencyMs: 1 } } };

function text(said: string, contentBlockIndex = 0): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex, delta: { text: said } } };
}

/** An event as it may come on the wire, whatever the service model says. */
function wire(event: object): ConverseEvent {
  return event as ConverseEvent;
}

test('rule 32: a later metadata without usage takes nothing back', () => {
  const bare = wire({ metadata: { metrics: { latencyMs: 2 } } });
  const out = streamed(one([start, text('a'), stop, metadata, bare]), { plan: { includeUsage: true } });
  expect(out.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } });
});

test('rule 20: a block start without `start`, and a call whose delta has no input, are passed over', () => {
  const bareStart = wire({ contentBlockStart: { contentBlockIndex: 0 } });
  const call = wire({ contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: 't', name: 'f' } } } });
  const bareDelta = wire({ contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: {} } } });
  const out = streamed(one([start, bareStart, text('a'), call, bareDelta, stop]));
  const { messages } = accumulated(out);
  expect(messages[0]).toMatchObject({ content: 'a', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] });
});

test('rule 33: a stop reason that nobody knows yet is a stop', () => {
  const strange = wire({ messageStop: { stopReason: 'moonlight' } });
  expect(accumulated(streamed(one([start, text('a'), strange]))).finishes).toEqual(['stop']);
});

test('deltas, starts and events that nobody knows yet are passed over', () => {
  const events = [
    wire({ contentBlockDelta: { contentBlockIndex: 0, delta: { hologram: {} } } }),
    wire({ contentBlockStart: { contentBlockIndex: 0, start: { hologram: {} } } }),
    wire({ contentBlockDelta: { contentBlockIndex: 7, delta: { toolUse: { input: '{}' } } } }),
    wire({ somethingElse: {} }),
  ];
  const { messages } = accumulated(streamed(one([start, ...events, text('a'), stop])));
  expect(messages).toEqual([{ role: 'assistant', content: 'a', refusal: null }]);
});

test('a stream without messageStart opens with the role all the same, once', () => {
  const out = streamed(one([text('a'), start, text('b'), stop]));
  expect(out.filter((said) => 'choices' in said && said.choices[0]?.delta.role !== undefined)).toHaveLength(1);
  expect(out[0]).toMatchObject({ choices: [{ delta: { role: 'assistant', content: '' } }] });
});

test('nothing follows the finish of a choice', () => {
  const out = streamed(one([start, stop, text('late'), stop, metadata]));
  expect(accumulated(out)).toMatchObject({ messages: [{ content: '' }], finishes: ['stop'] });
  expect(out).toHaveLength(2);
});

test('rule 34: nothing follows a failure, from no choice', () => {
  const failure = { name: 'ThrottlingException', status: 429, message: 'Too many tokens' };
  const items = [
    { choice: 0, item: start },
    { choice: 1, item: start },
    { choice: 1, item: { failure } },
    { choice: 0, item: text('late') },
    { choice: 0, item: stop },
    { choice: 0, item: { failure } },
    { choice: 0, item: metadata },
  ];
  const out = streamed(items, { context: contextFor({ n: 2 }), plan: { includeUsage: true } });
  expect(out.map((said) => 'error' in said)).toEqual([false, false, true]);
});

test('rule 34: a stream in which one choice never ends is a failure, whatever the others say', () => {
  const items = [start, text('a'), stop, metadata].map((item) => ({ choice: 0, item }));
  const out = streamed(items, { context: contextFor({ n: 2 }), plan: { includeUsage: true } });
  expect(out.at(-1)).toMatchObject({ error: { type: 'server_error', code: 'bad_gateway' } });
});

test('a stream that says nothing at all is a failure', () => {
  expect(streamed([])).toMatchObject([{ error: { code: 'bad_gateway' } }]);
});

test('no usage chunk is made up when Bedrock does not tell', () => {
  const out = streamed(one([start, text('a'), stop]), { plan: { includeUsage: true } });
  expect(out).toHaveLength(3);
  expect(out.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: null });
});

test('rule 27: reasoning deltas are put together again, block by block, and each call carries its own', () => {
  const reasoning = (contentBlockIndex: number, delta: object): ConverseEvent =>
    wire({ contentBlockDelta: { contentBlockIndex, delta: { reasoningContent: delta } } });
  const call = (contentBlockIndex: number, toolUseId: string): ConverseEvent => ({
    contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId, name: 'f' } } },
  });
  const events = [
    start,
    reasoning(0, { text: 'a' }),
    reasoning(0, { text: 'b' }),
    reasoning(0, { signature: 'c2ln' }),
    reasoning(1, { redactedContent: 'AAE=' }),
    reasoning(1, { redactedContent: 'Ag==' }),
    reasoning(2, { signature: 'b25seQ==' }),
    call(3, 'first'),
    call(4, 'second'),
    reasoning(5, { text: 'c' }),
    call(6, 'third'),
    stop,
  ];
  const { messages } = accumulated(streamed(one(events), { plan: { carryReasoning: true } }));
  expect(messages[0]?.reasoning_content).toBe('abc');
  // t: "ab" with its signature; r: the two blobs as one, 00 01 02; t: no text, but a signature; then "c", unsigned.
  expect(messages[0]?.tool_calls?.map(({ id }) => id)).toEqual([
    'first~1~claude-sonnet-4-6~tYWI.~sc2ln~rAAEC~t~sb25seQ..',
    'second',
    'third~1~claude-sonnet-4-6~tYw..',
  ]);
});

test('what a stream holds does not grow with its answer', () => {
  const state = stream.begin({ context: contextFor(), plan: plainPlan });
  const size = (): number => JSON.stringify(state).length;
  const delta = { choice: 0, item: text('0123456789') };
  stream.step(state, delta);
  const before = size();
  for (let count = 0; count < 1000; count += 1) expect(stream.step(state, delta)).toHaveLength(1);
  expect(size()).toBe(before);
});
