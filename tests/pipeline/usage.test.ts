import { converseUsage, openAiUsage, type AnswerSummary } from '../../function/pipeline/usage.ts';

const failure = { name: 'ThrottlingException', status: 429, message: '' };
const rest = { output: { message: { role: 'assistant' as const, content: [] } }, metrics: { latencyMs: 1 } };

describe("Converse's words", () => {
  const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5, cacheReadInputTokens: 4, cacheWriteInputTokens: 6 };

  test('the usage of all replies is added up, and the last end counts', () => {
    const replies = [
      { ...rest, stopReason: 'end_turn' as const, usage },
      { ...rest, stopReason: 'max_tokens' as const, usage: { inputTokens: 10, outputTokens: 20, totalTokens: 30 } },
      { ...rest, stopReason: 'tool_use' as const, usage },
    ];
    expect(converseUsage.replies(replies)).toEqual({
      stopReason: 'tool_use',
      usage: { inputTokens: 16, outputTokens: 24, cacheReadTokens: 8, cacheWriteTokens: 12 },
    });
  });

  test('caches that were not used are not counted', () => {
    const cold = { ...usage, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
    expect(converseUsage.replies([{ ...rest, stopReason: 'end_turn', usage: cold }])).toEqual({
      stopReason: 'end_turn',
      usage: { inputTokens: 3, outputTokens: 2 },
    });
  });

  test('events tell usage, end and failure', () => {
    const summary: AnswerSummary = {};
    const metadata = { metadata: { usage, metrics: { latencyMs: 1 } } };
    converseUsage.event(summary, { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'a' } } });
    converseUsage.event(summary, { messageStart: { role: 'assistant' } });
    expect(summary).toEqual({});
    converseUsage.event(summary, { messageStop: { stopReason: 'end_turn' } });
    converseUsage.event(summary, metadata);
    converseUsage.event(summary, metadata);
    converseUsage.event(summary, { failure });
    expect(summary).toEqual({
      stopReason: 'end_turn',
      usage: { inputTokens: 6, outputTokens: 4, cacheReadTokens: 8, cacheWriteTokens: 12 },
      failure,
    });
  });

  test('an answer without usage has none', () => {
    const broken = { ...rest, stopReason: 'end_turn' } as unknown as Parameters<
      typeof converseUsage.replies
    >[0][number];
    expect(converseUsage.replies([broken])).toEqual({ stopReason: 'end_turn' });
  });
});

describe("OpenAI's words", () => {
  const usage = { prompt_tokens: 10, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 3 } };

  test('the last word of usage and end counts', () => {
    const replies = [
      { usage: { prompt_tokens: 1, completion_tokens: 1 }, choices: [{ finish_reason: 'stop' }] },
      { usage, choices: [{ finish_reason: 'length' }, { finish_reason: 'tool_calls' }] },
      { usage: null, choices: [{ finish_reason: null }] },
      { choices: [] },
    ];
    expect(openAiUsage.replies(replies)).toEqual({
      stopReason: 'tool_calls',
      usage: { inputTokens: 7, outputTokens: 4, cacheReadTokens: 3 },
    });
  });

  test.each([
    [
      { prompt_tokens: 10, completion_tokens: 4 },
      { inputTokens: 10, outputTokens: 4 },
    ],
    [
      { ...usage, prompt_tokens_details: {} },
      { inputTokens: 10, outputTokens: 4 },
    ],
    [
      { ...usage, prompt_tokens_details: { cached_tokens: 0 } },
      { inputTokens: 10, outputTokens: 4 },
    ],
    [
      { ...usage, prompt_tokens_details: { cached_tokens: 1 } },
      { inputTokens: 9, outputTokens: 4, cacheReadTokens: 1 },
    ],
    [
      { ...usage, prompt_tokens_details: { cached_tokens: 12 } },
      { inputTokens: 0, outputTokens: 4, cacheReadTokens: 12 },
    ],
  ])('%j', (given, expected) => {
    const { usage: found } = openAiUsage.replies([{ usage: given, choices: [] }]);
    expect(found).toStrictEqual(expected);
  });

  test('events tell usage, end and failure', () => {
    const summary: AnswerSummary = {};
    openAiUsage.event(summary, { choices: [{ finish_reason: 'stop' }], usage });
    openAiUsage.event(summary, { failure });
    expect(summary).toEqual({
      stopReason: 'stop',
      usage: { inputTokens: 7, outputTokens: 4, cacheReadTokens: 3 },
      failure,
    });
  });
});
