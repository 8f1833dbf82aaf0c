import { summaryOfBytes } from '../../function/pipeline/passthrough-usage.ts';

function noted(text: string) {
  const { usage, stopReason } = summaryOfBytes(Buffer.from(text));
  return { ...usage, stopReason };
}

const nothing = {
  inputTokens: undefined,
  outputTokens: undefined,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  stopReason: undefined,
};

test.each([
  [
    'a chat completion',
    '{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":3}},"service_tier":"default"}',
    { ...nothing, inputTokens: 8, outputTokens: 4, cacheReadTokens: 3, stopReason: 'stop' },
  ],
  [
    'the end of its stream',
    'data: {"choices":[{"delta":{},"finish_reason":"length"}],"usage":null}\n\ndata: {"choices":[],"usage":{"prompt_tokens":2,"completion_tokens":1}}\n\ndata: [DONE]\n\n',
    { ...nothing, inputTokens: 2, outputTokens: 1, stopReason: 'length' },
  ],
  [
    "an end in a server's own words, beside a text of the caller's",
    '{"choices":[{"finish_reason":"content_filter: SAFETY","stop_reason":"secret"}]}',
    { ...nothing, stopReason: 'content_filter' },
  ],
  ['embeddings', '{"data":[],"usage":{"prompt_tokens":7,"total_tokens":7}}', { ...nothing, inputTokens: 7 }],
  [
    'an answer of Converse',
    '{"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":9,"cacheReadInputTokens":4,"cacheDetails":[{"ttl":"1h","inputTokens":4}]}}',
    { ...nothing, inputTokens: 3, outputTokens: 2, cacheReadTokens: 4, stopReason: 'end_turn' },
  ],
  [
    'an answer of Anthropic',
    '{"stop_reason":"max_tokens","usage":{"input_tokens":5,"cache_creation_input_tokens":6,"cache_read_input_tokens":7,"output_tokens":8}}',
    { inputTokens: 5, outputTokens: 8, cacheReadTokens: 7, cacheWriteTokens: 6, stopReason: 'max_tokens' },
  ],
  [
    'caches that were not used',
    '{"usage":{"inputTokens":3,"outputTokens":2,"cacheReadInputTokens":0,"cacheWriteInputTokens":0}}',
    { ...nothing, inputTokens: 3, outputTokens: 2 },
  ],
  [
    'caches of Converse',
    '{"usage":{"inputTokens":3,"outputTokens":2,"cacheReadInputTokens":4,"cacheWriteInputTokens":5}}',
    { ...nothing, inputTokens: 3, outputTokens: 2, cacheReadTokens: 4, cacheWriteTokens: 5 },
  ],
  [
    'details that are none',
    '{"usage":{"prompt_tokens":3,"prompt_tokens_details":null}}',
    { ...nothing, inputTokens: 3 },
  ],
  [
    'the last of several',
    '"usage":{"inputTokens":1},"stopReason":"a","usage":{"inputTokens":2},"stopReason":"b"',
    { ...nothing, inputTokens: 2, stopReason: 'b' },
  ],
  ['a reason of 40 letters', `"stop_reason":"${'x'.repeat(40)}"`, { ...nothing, stopReason: 'x'.repeat(40) }],
  ['a longer reason', `"stop_reason":"${'x'.repeat(41)}"`, nothing],
  ['usage that is no count', '{"usage":{"prompt_tokens":"many","completion_tokens":-1}}', nothing],
  ['a text that speaks of it', JSON.stringify({ text: '"usage":{"inputTokens":5}, "stopReason":"end_turn"' }), nothing],
  ['no JSON', '"usage":{"inputTokens":}', nothing],
])('%s', (_name, text, expected) => {
  expect(noted(text)).toEqual(expected);
});

test('only the last 4 kB of an answer are looked at', () => {
  const usage = '"usage":{"inputTokens":1}';
  expect(noted(`{${usage}${'x'.repeat(4_096 - usage.length)}`)).toEqual({ ...nothing, inputTokens: 1 });
  expect(noted(`{${usage}${'x'.repeat(4_097 - usage.length)}`)).toEqual(nothing);
});

test('bytes are read where they stand in their buffer', () => {
  const { usage } = summaryOfBytes(Buffer.from('"usage":{"inputTokens":9}"usage":{"inputTokens":1}').subarray(0, 25));
  expect(usage?.inputTokens).toBe(9);
});

test('a failure that a server tells by its finish reason is one', () => {
  expect(summaryOfBytes(Buffer.from('{"choices":[{"finish_reason":"error"}]}'))).toEqual({
    failure: { name: 'OpenAIError', status: 502, message: '' },
    usage: { inputTokens: undefined, outputTokens: undefined, cacheReadTokens: undefined, cacheWriteTokens: undefined },
  });
});
