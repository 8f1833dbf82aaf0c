/** Why a choice ended, in OpenAI's finishReasons; `failed` is what servers tell by a finish reason although it is a failure. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'function_call' | 'content_filter' | 'failed';

/** By the letters of the word alone, in lower case: servers write them in either case, with underscores, hyphens or blanks. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
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

/** The finish reason that a server's own word stands for; undefined where it says none. A word that is not known is a plain end. */
export function finishReasonOf(reason: unknown): FinishReason | undefined {
  if (typeof reason !== 'string' || reason.trim() === '') return undefined;
  // `content_filter: SAFETY`: what follows the colon says more of the same.
  const [word = ''] = reason.slice(0, maxReasonLength).split(':', 1);
  return finishReasons.get(word.toLowerCase().replaceAll(/[^a-z]/g, '')) ?? 'stop';
}

const maxReasonLength = 64;
