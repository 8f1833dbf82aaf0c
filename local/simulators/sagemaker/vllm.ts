import { asArray, asObject } from '../../json.ts';
import type { Chunk } from '../openai/answer/chunks.ts';

type Body = Readonly<Record<string, unknown>>;

/** By which of its stop strings each choice ended: what OpenAI keeps to itself, and vLLM tells. */
export type Stops = readonly (string | undefined)[];

/** OpenAI's reply as vLLM writes it: what it does not have is null, and it has no tiers. */
export function asWritten(
  { choices, usage, service_tier: _tier, system_fingerprint: _print, ...head }: Body,
  stops: Stops,
): Body {
  return {
    ...head,
    service_tier: null,
    system_fingerprint: null,
    choices: (asArray(choices) ?? []).map((choice, index) => choiceOf(asObject(choice) ?? {}, stops[index])),
    usage: counts(usage),
    prompt_logprobs: null,
    kv_transfer_params: null,
  };
}

function choiceOf({ message, ...rest }: Body, stop: string | undefined): Body {
  const said = asObject(message);
  if (said === undefined) return { ...rest, stop_reason: stop ?? null, prompt_logprobs: null };
  const { role, content, tool_calls: calls = [] } = said;
  const nothing = { refusal: null, annotations: null, audio: null, function_call: null };
  const all = { role, content, ...nothing, tool_calls: calls, reasoning_content: null };
  return { ...rest, message: all, stop_reason: stop ?? null };
}

/** A chunk of OpenAI's as vLLM writes it. */
export function chunkAsWritten(chunk: Chunk, stops: Stops): Body {
  const { service_tier: _tier, system_fingerprint: _print, usage, choices, ...rest } = chunk;
  const written = (asArray(choices) ?? []).map((choice) => deltaOf(asObject(choice) ?? {}, stops));
  return { ...rest, choices: written, ...(usage !== undefined && { usage: counts(usage) }) };
}

function deltaOf(choice: Body, stops: Stops): Body {
  const { finish_reason: finish, index } = choice;
  return finish === null ? choice : { ...choice, stop_reason: stops[Number(index)] ?? null };
}

function counts(usage: unknown): unknown {
  const known = asObject(usage);
  if (known === undefined) return null;
  const { prompt_tokens, completion_tokens, total_tokens } = known;
  return { prompt_tokens, total_tokens, completion_tokens, prompt_tokens_details: null };
}
