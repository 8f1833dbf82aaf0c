import { eventShapes, isReply } from '../../../function/backends/bedrock/shapes.ts';

const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3, cacheReadInputTokens: 0, cacheWriteInputTokens: null };

function reply(block: unknown, over: object = {}): object {
  return { output: { message: { content: [block] } }, stopReason: 'end_turn', usage, ...over };
}

/** Content blocks, and whether they can be read. */
const blocks: readonly [unknown, boolean][] = [
  [{}, true],
  [{ text: 'a' }, true],
  [{ text: 7 }, false],
  [{ text: null }, false],
  [{ toolUse: { toolUseId: 'a', name: 'f', input: 7 } }, true],
  [{ toolUse: { toolUseId: 'a', name: 'f', type: 'server_tool_use' } }, true],
  [{ toolUse: { toolUseId: 7, name: 'f' } }, false],
  [{ toolUse: { toolUseId: 'a' } }, false],
  [{ toolUse: { toolUseId: 'a', name: 'f', type: 7 } }, false],
  [{ toolUse: 7 }, false],
  [{ reasoningContent: {} }, true],
  [{ reasoningContent: { reasoningText: { text: 'a' } } }, true],
  [{ reasoningContent: { reasoningText: { text: 'a', signature: 's' } } }, true],
  [{ reasoningContent: { reasoningText: { text: 'a', signature: 7 } } }, false],
  [{ reasoningContent: { reasoningText: {} } }, false],
  [{ reasoningContent: { redactedContent: 'a' } }, true],
  [{ reasoningContent: { redactedContent: 7 } }, false],
  [{ reasoningContent: 7 }, false],
  [{ citationsContent: {} }, true],
  [{ citationsContent: { content: [{ text: 'a' }] } }, true],
  [{ citationsContent: { content: [{ text: 7 }] } }, false],
  [{ citationsContent: { content: {} } }, false],
  [{ citationsContent: 7 }, false],
  [{ new: 7 }, true],
  [7, false],
];

test.each(blocks)('whether a reply with the block %j can be read: %j', (block, is) => {
  expect(isReply(reply(block))).toBe(is);
});

/** Replies without a valid block that is read, and whether they can be. */
const replies: readonly [object, boolean][] = [
  [{ output: { message: { content: [] } } }, true],
  [{ output: { message: { content: {} } } }, false],
  [{ output: { message: {} } }, false],
  [{ output: {} }, false],
  [{ output: null }, false],
  [{ stopReason: 7 }, false],
  [{ stopReason: undefined }, false],
  [{ usage: {} }, true],
  [{ usage: undefined }, false],
];

test.each(replies)('whether a reply with %j can be read: %j', (over, is) => {
  expect(isReply(reply({}, over))).toBe(is);
});

const counts = ['inputTokens', 'outputTokens', 'totalTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens'];

test.each(counts)('%s is a whole number of at least 0, null or absent', (name) => {
  const given = [0, 7, null, undefined, -1, 1.5, '1'];
  const isRead = given.map((count) => isReply(reply({}, { usage: { ...usage, [name]: count } })));
  expect(isRead).toEqual([true, true, true, true, false, false, false]);
  expect(given.map((count) => eventShapes.get('metadata')?.({ usage: { ...usage, [name]: count } }))).toEqual(isRead);
});

/** Events of streams, and whether they can be read. */
const events: readonly [string, Readonly<Record<string, unknown>>, boolean][] = [
  ['messageStart', {}, true],
  ['messageStop', { stopReason: 'a' }, true],
  ['messageStop', { stopReason: 7 }, false],
  ['metadata', {}, true],
  ['metadata', { usage: 7 }, false],
  ['contentBlockStop', { contentBlockIndex: 0 }, true],
  ['contentBlockStop', { contentBlockIndex: '0' }, false],
  ['contentBlockStart', { contentBlockIndex: 0 }, true],
  ['contentBlockStart', { contentBlockIndex: 0, start: {} }, true],
  ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'a', name: 'f' } } }, true],
  ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'a', name: 'f', type: 't' } } }, true],
  ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'a', name: 'f', type: 7 } } }, false],
  ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'a' } } }, false],
  ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { name: 'f' } } }, false],
  ['contentBlockStart', { contentBlockIndex: 0, start: 7 }, false],
  ['contentBlockStart', { start: {} }, false],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: {} }, true],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'a', toolUse: 7 } }, true],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 7 } }, false],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: {} } }, true],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: 'a' } } }, true],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: 7 } } }, false],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'a' } } }, true],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 7 } } }, false],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { signature: 7 } } }, false],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { redactedContent: 7 } } }, false],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: {} } }, true],
  ['contentBlockDelta', { contentBlockIndex: '0', delta: { text: 'a' } }, false],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: 'a' }, false],
  ['contentBlockDelta', { contentBlockIndex: 0 }, false],
];

test.each(events)('whether %s %j can be read: %j', (type, payload, is) => {
  expect(eventShapes.get(type)?.(payload)).toBe(is);
});

test('no other event is read', () => {
  expect([...eventShapes.keys()].toSorted()).toEqual([...new Set(events.map(([type]) => type))].toSorted());
});
