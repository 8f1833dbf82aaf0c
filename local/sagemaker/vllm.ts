import { asArray, asObject } from '../answer/json.ts';
import type { Chunk } from '../openai/answer/chunks.ts';

type Body = Readonly<Record<string, unknown>>;

/** OpenAI's reply as vLLM writes it: what it does not have is null, and it has no tiers. */
export function asWritten({ choices, usage, service_tier: _tier, system_fingerprint: _print, ...head }: Body): Body {
  return {
    ...head,
    service_tier: null,
    system_fingerprint: null,
    choices: (asArray(choices) ?? []).map((choice) => choiceOf(asObject(choice) ?? {})),
    usage: counts(usage),
    prompt_logprobs: null,
    kv_transfer_params: null,
  };
}

function choiceOf({ message, ...rest }: Body): Body {
  const said = asObject(message);
  if (said === undefined) return { ...rest, stop_reason: null, prompt_logprobs: null };
  const { role, content, tool_calls: calls = [] } = said;
  const nothing = { refusal: null, annotations: null, audio: null, function_call: null };
  const all = { role, content, ...nothing, tool_calls: calls, reasoning_content: null };
  return { ...rest, message: all, stop_reason: null };
}

export function chunkAsWritten(chunk: Chunk): Body {
  const { service_tier: _tier, system_fingerprint: _print, usage, ...rest } = chunk;
  return { ...rest, ...(usage !== undefined && { usage: counts(usage) }) };
}

function counts(usage: unknown): unknown {
  const known = asObject(usage);
  if (known === undefined) return null;
  const { prompt_tokens, completion_tokens, total_tokens } = known;
  return { prompt_tokens, total_tokens, completion_tokens, prompt_tokens_details: null };
}
