import { summaryOfChunks } from '../../function/pipeline/invoke-stream-usage.ts';

const metrics = {
  inputTokenCount: 3,
  outputTokenCount: 4,
  cacheReadInputTokenCount: 5,
  cacheWriteInputTokenCount: 6,
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const chunk = (value: unknown) => `\u0000{"bytes":"${bytes(value)}","p":"abc"}\u0001`;
const last = chunk({ 'amazon-bedrock-invocationMetrics': metrics });
const none = {
  inputTokens: undefined,
  outputTokens: undefined,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
};
const all = { inputTokens: 3, outputTokens: 4, cacheReadTokens: 5, cacheWriteTokens: 6 };

test.each([
  ['Anthropic', `${chunk({ delta: { stop_reason: 'end_turn' } })}${last}`, { stopReason: 'end_turn', usage: all }],
  ['Nova', `${chunk({ messageStop: { stopReason: 'max_tokens' } })}${last}`, { stopReason: 'max_tokens', usage: all }],
  [
    'Titan and Llama',
    chunk({ stopReason: 'FINISH', 'amazon-bedrock-invocationMetrics': metrics }),
    { stopReason: 'FINISH', usage: all },
  ],
  [
    'the last of several',
    `${chunk({ stop_reason: 'a' })}${chunk({ stop_reason: 'b' })}`,
    { stopReason: 'b', usage: none },
  ],
  [
    'some counts',
    chunk({ 'amazon-bedrock-invocationMetrics': { outputTokenCount: 0, inputTokenCount: '1' } }),
    { usage: { ...none, outputTokens: 0 } },
  ],
  ['no metrics', chunk({ a: 1 }), { usage: none }],
  [
    'what is no chunk',
    JSON.stringify({ stop_reason: 'a', 'amazon-bedrock-invocationMetrics': metrics }),
    { usage: none },
  ],
  ['a reason of 40 letters', chunk({ stop_reason: 'x'.repeat(40) }), { stopReason: 'x'.repeat(40), usage: none }],
  ['a longer reason', chunk({ stop_reason: 'x'.repeat(41) }), { usage: none }],
  ['nothing', '', { usage: none }],
])('%s', (_what, text, expected) => {
  expect(summaryOfChunks(Buffer.from(text))).toEqual(expected);
  expect(summaryOfChunks(Buffer.from(`xx${text}`).subarray(2))).toEqual(expected);
});

test('only the last 8 kB are looked at', () => {
  const told = (behind: number) => summaryOfChunks(Buffer.from(`${last}${'x'.repeat(behind)}`)).usage?.inputTokens;
  const from = last.indexOf('"bytes"');
  expect(told(8_192 - last.length + from)).toBe(3);
  expect(told(8_193 - last.length + from)).toBeUndefined();
});
