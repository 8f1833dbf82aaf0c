/** Why a choice ended, in OpenAI's terms; `failed` is a failure that servers report by a finish reason. */
export type ServerFinishReason = 'stop' | 'length' | 'tool_calls' | 'function_call' | 'content_filter' | 'failed';

/** Finish reasons by the letters of the server's word in lower case: servers vary case, underscores, hyphens and blanks. */
const finishReasons: ReadonlyMap<string, ServerFinishReason> = new Map<string, ServerFinishReason>([
  ['length', 'length'],
  // Mistral, Gemini, and gateways in front of Anthropic.
  ['modellength', 'length'],
  ['maxtokens', 'length'],
  ['maxoutputtokens', 'length'],
  ['maxcompletiontokens', 'length'],
  ['maxlength', 'length'],
  ['modelcontextwindowexceeded', 'length'],
  ['toolcalls', 'tool_calls'],
  ['toolcall', 'tool_calls'],
  ['tooluse', 'tool_calls'],
  ['functioncall', 'function_call'],
  ['contentfilter', 'content_filter'],
  ['contentfiltered', 'content_filter'],
  // Gemini; `sensitive` is z.ai's.
  ['safety', 'content_filter'],
  ['imagesafety', 'content_filter'],
  ['recitation', 'content_filter'],
  ['prohibitedcontent', 'content_filter'],
  ['blocklist', 'content_filter'],
  ['spii', 'content_filter'],
  ['sensitive', 'content_filter'],
  ['refusal', 'content_filter'],
  // OpenRouter and Mistral; z.ai; DeepSeek; vLLM and SGLang.
  ['error', 'failed'],
  ['networkerror', 'failed'],
  ['insufficientsystemresource', 'failed'],
  ['abort', 'failed'],
]);

/** OpenAI's finish reason for a server's own; undefined where there is none. An unknown reason becomes `stop`. */
export function readFinishReason(reason: unknown): ServerFinishReason | undefined {
  if (typeof reason !== 'string' || reason.trim() === '') return undefined;
  // In `content_filter: SAFETY`, what follows the colon is a detail.
  const [word = ''] = reason.slice(0, maxReasonLength).split(':', 1);
  return finishReasons.get(word.toLowerCase().replaceAll(/[^a-z]/g, '')) ?? 'stop';
}

const maxReasonLength = 64;
