import { readFinishReason } from '../../../function/backends/answers/finish-reason.ts';

/** What servers write, and OpenAI's own reason for it. */
const reasons: readonly [unknown, string | undefined][] = [
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['length', 'length'],
  ['model_length', 'length'],
  ['MAX_TOKENS', 'length'],
  ['max_output_tokens', 'length'],
  ['max-completion-tokens', 'length'],
  ['max length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool_calls'],
  ['tool_call', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['function_call', 'function_call'],
  ['content_filter', 'content_filter'],
  ['content_filter: SAFETY', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['SAFETY', 'content_filter'],
  ['IMAGE_SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['PROHIBITED_CONTENT', 'content_filter'],
  ['BLOCKLIST', 'content_filter'],
  ['SPII', 'content_filter'],
  ['sensitive', 'content_filter'],
  ['refusal', 'content_filter'],
  ['error', 'failed'],
  ['network_error', 'failed'],
  ['insufficient_system_resource', 'failed'],
  ['abort', 'failed'],
  [':length', 'stop'],
  ['7', 'stop'],
  [`${'_'.repeat(58)}length`, 'length'],
  [`${'_'.repeat(59)}length`, 'stop'],
  ['', undefined],
  [' ', undefined],
  [null, undefined],
  [7, undefined],
  [undefined, undefined],
];

test.each(reasons)('%j is read as %j', (reason, read) => {
  expect(readFinishReason(reason)).toBe(read);
});
