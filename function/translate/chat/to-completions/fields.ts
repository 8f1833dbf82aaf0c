import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import { disposition as completions } from '../../completions/disposition.ts';
import { asksNothing as asksNothingOfConverse } from '../disposition.ts';
import { unsupported } from '../to-converse/refusal.ts';

/** What happens to a field of a chat when a model that only continues prompts answers it. */
type Fate = 'sent' | 'ignored' | 'refused';

/** Every field of the request schema, once. A field that the specification gains breaks the build here. */
export const fates: Readonly<Record<keyof ChatRequest, Fate>> = {
  audio: 'refused',
  bedrock: 'ignored',
  frequency_penalty: 'sent',
  function_call: 'refused',
  functions: 'refused',
  logit_bias: 'sent',
  logprobs: 'refused',
  max_completion_tokens: 'sent',
  max_tokens: 'sent',
  messages: 'sent',
  metadata: 'ignored',
  modalities: 'refused',
  model: 'sent',
  moderation: 'refused',
  n: 'sent',
  parallel_tool_calls: 'ignored',
  prediction: 'ignored',
  presence_penalty: 'sent',
  prompt_cache_key: 'ignored',
  prompt_cache_options: 'ignored',
  prompt_cache_retention: 'ignored',
  reasoning_effort: 'ignored',
  response_format: 'refused',
  safety_identifier: 'ignored',
  seed: 'sent',
  service_tier: 'ignored',
  stop: 'sent',
  store: 'ignored',
  stream: 'sent',
  stream_options: 'sent',
  temperature: 'sent',
  tool_choice: 'refused',
  tools: 'refused',
  top_logprobs: 'refused',
  top_p: 'sent',
  user: 'sent',
  verbosity: 'ignored',
  web_search_options: 'refused',
};

/** Values that ask for nothing, beside null. */
const asksNothing: Readonly<Partial<Record<keyof ChatRequest, (value: unknown) => boolean>>> = {
  ...asksNothingOfConverse,
  function_call: isNoCall,
  functions: isEmpty,
  response_format: (value) => typeof value === 'object' && value !== null && 'type' in value && value.type === 'text',
  service_tier: (value) => value === 'auto' || value === 'default',
  tool_choice: isNoCall,
  tools: isEmpty,
};

function isNoCall(value: unknown): boolean {
  return value === 'none' || value === 'auto';
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Throws the 400 for a field that changes the answer's meaning and that a prompt cannot express. */
export function checkFields(request: ChatRequest): void {
  const name = fieldsWithFate(request, 'refused')[0];
  if (name === undefined) return;
  const message = `Unsupported parameter: '${name}' is not supported with this model, which only continues a prompt of text.`;
  throw unsupported(name, message);
}

/** The fields of the request that have no effect on a model behind a chat template, for `x-gateway-ignored`. */
export function ignoredFields(request: ChatRequest): string[] {
  return fieldsWithFate(request, 'ignored');
}

function fieldsWithFate(request: ChatRequest, fate: Fate): string[] {
  return Object.entries(request).flatMap(([name, value]) => {
    if (value === null || value === undefined || !isField(name) || fates[name] !== fate) return [];
    return asksNothing[name]?.(value) === true ? [] : [name];
  });
}

function isField(name: string): name is keyof ChatRequest {
  return Object.hasOwn(fates, name);
}

/**
 * Fields that OpenAI's schemas do not know: vLLM has many more ways to sample (`top_k`, `min_p`, `repetition_penalty`, …).
 * Only what would stand for the prompt is not sent on.
 */
export function extras(request: ChatRequest): object {
  const more = Object.entries(request).filter(
    ([name]) => !isField(name) && !Object.hasOwn(completions, name) && name !== 'prompt_embeds',
  );
  return Object.fromEntries(more);
}
