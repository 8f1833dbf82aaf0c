import { isObject } from '../dialects/json.ts';
import type { PassedObject } from '../backends/backend.ts';
import { count } from './tail.ts';
import type { AnswerSummary, UsageReader } from './usage.ts';

/** Reads usage and the reason of the end from the Response objects of a server that speaks OpenAI's Responses. */
export const responsesUsage: UsageReader<PassedObject, PassedObject> = {
  replies(replies) {
    const summary: AnswerSummary = {};
    for (const reply of replies) readResponse(summary, reply);
    return summary;
  },
  event(summary, item) {
    if ('failure' in item && !('type' in item)) {
      Object.assign(summary, { failure: item.failure });
      return;
    }
    const { response } = item;
    if (isObject(response)) readResponse(summary, response);
  },
};

function readResponse(summary: AnswerSummary, { usage, status, incomplete_details: details }: PassedObject): void {
  if (status === 'completed') summary.stopReason = 'stop';
  if (status === 'incomplete')
    summary.stopReason = isObject(details) && details['reason'] === 'content_filter' ? 'content_filter' : 'length';
  if (status === 'failed') summary.failure = { name: 'OpenAIError', status: 502, message: '' };
  if (!isObject(usage)) return;
  const cached = isObject(usage['input_tokens_details']) ? count(usage['input_tokens_details']['cached_tokens']) : 0;
  const input = count(usage['input_tokens']);
  summary.usage = {
    inputTokens: input === undefined ? undefined : Math.max(input - (cached ?? 0), 0),
    outputTokens: count(usage['output_tokens']),
    ...(cached && { cacheReadTokens: cached }),
  };
}
