import { finishReasonOf } from '../../function/translate/finish-reason.ts';

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['guardrail_intervened', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['malformed_model_output', undefined],
  ['malformed_tool_use', undefined],
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['pause_turn', 'stop'],
  ['refusal', 'content_filter'],
  ['constructor', undefined],
  ['', undefined],
  [undefined, undefined],
])('the finish reason of an answer that upstream ends by %s is %s', (word, reason) => {
  expect(finishReasonOf(word)).toBe(reason);
});
