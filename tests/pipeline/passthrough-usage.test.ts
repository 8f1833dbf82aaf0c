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
  ['usage that is no count', '{"usage":{"prompt_tokens":"many","completion_tokens":-1}}', nothing],
  ['a text that speaks of it', JSON.stringify({ text: '"usage":{"inputTokens":5}, "stopReason":"end_turn"' }), nothing],
  ['no JSON', '"usage":{"inputTokens":}', nothing],
])('%s', (_name, text, expected) => {
  expect(noted(text)).toEqual(expected);
});

test('only the end of an answer is looked at', () => {
  expect(noted(`{"usage":{"inputTokens":1},"rest":"${'x'.repeat(5_000)}"}`)).toEqual(nothing);
});
