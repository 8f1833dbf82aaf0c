import type { ChatRequest } from '../../dialects/chat.gen.ts';

/** What becomes of a member of the request when a Converse model answers. */
export type Disposition = 'mapped' | 'emulated' | 'ignored' | 'refused';

/** Every member of the request schema, once. A member that the specification gains breaks the build here. */
export const disposition: Readonly<Record<keyof ChatRequest, Disposition>> = {
  audio: 'refused',
  bedrock: 'mapped',
  frequency_penalty: 'ignored',
  function_call: 'mapped',
  functions: 'mapped',
  logit_bias: 'ignored',
  logprobs: 'refused',
  max_completion_tokens: 'mapped',
  max_tokens: 'mapped',
  messages: 'mapped',
  metadata: 'mapped',
  modalities: 'refused',
  model: 'mapped',
  moderation: 'refused',
  n: 'emulated',
  parallel_tool_calls: 'mapped',
  prediction: 'ignored',
  presence_penalty: 'ignored',
  prompt_cache_key: 'mapped',
  prompt_cache_options: 'mapped',
  prompt_cache_retention: 'ignored',
  reasoning_effort: 'mapped',
  response_format: 'mapped',
  safety_identifier: 'mapped',
  seed: 'ignored',
  service_tier: 'mapped',
  stop: 'mapped',
  store: 'ignored',
  stream: 'mapped',
  stream_options: 'mapped',
  temperature: 'mapped',
  tool_choice: 'mapped',
  tools: 'mapped',
  top_logprobs: 'refused',
  top_p: 'mapped',
  user: 'mapped',
  verbosity: 'ignored',
  web_search_options: 'refused',
};

/** The same members: how, or why not. The documentation shows these sentences. */
export const reasons: Readonly<Record<keyof ChatRequest, string>> = {
  audio: 'No model answers with audio through Converse.',
  bedrock: 'Options that OpenAI does not have; each goes to the Converse field of the same name.',
  frequency_penalty: 'Converse has none; it only tunes the answer.',
  function_call: 'As `tool_choice`, for the old `functions`.',
  functions: 'As `tools`; calls come back as `function_call`, one at a time.',
  logit_bias: "Converse has none; token ids are another tokenizer's.",
  logprobs: 'Converse returns none.',
  max_completion_tokens:
    "`maxTokens`, raised by the thinking budget where the family has one and capped at what the model can write. Without it Claude gets the stack's `defaultMaxOutput`.",
  max_tokens: 'As `max_completion_tokens`, which wins when both are given.',
  messages:
    'System and developer messages become `system`, the others `messages` in turns. Images in tool messages, which OpenAI does not have, stand in the result or, for families that take none there, behind it.',
  metadata:
    '`requestMetadata`; entries that Bedrock cannot hold (other characters, over 256 long) are left out and named.',
  modalities: 'Text only; anything else is refused.',
  model: 'The catalog says which model answers.',
  moderation: 'Nothing moderates here; `bedrock.guardrailConfig` names a guardrail.',
  n: 'As many calls at once, up to 8; more is refused.',
  parallel_tool_calls: '`false` is passed on to Claude; other families have no such switch.',
  prediction: 'Converse has none; it only makes answers faster.',
  presence_penalty: 'Converse has none; it only tunes the answer.',
  prompt_cache_key: 'Says that the prompt will come again: cache points are placed. The key itself has no counterpart.',
  prompt_cache_options:
    '`mode: explicit` leaves only the breakpoints of the request; `ttl` becomes an hour where the family takes it.',
  prompt_cache_retention: 'Cached prefixes live for minutes, or for an hour by `prompt_cache_options.ttl`.',
  reasoning_effort: "Each family's own form of it; families that take none ignore it.",
  response_format:
    "Natively where the family takes a schema, else by a forced tool whose input is the answer's text; where none can be forced, a tool or, for any object, an instruction asks for it.",
  safety_identifier: '`requestMetadata`, as `openai-safety-identifier`: see `user`.',
  seed: 'Converse has none; OpenAI itself does not guarantee it.',
  service_tier: '`serviceTier`; `auto` is left to Bedrock, `fast` is `priority`, `scale` is ignored.',
  stop: '`stopSequences`; refused for families that take none.',
  store: 'Nothing is stored.',
  stream: 'ConverseStream, or Converse played as a stream where the model cannot stream tools.',
  stream_options: '`include_usage` adds the usage chunk; `include_obfuscation` is accepted, nothing is padded.',
  temperature: '`temperature`, at most 1; left out where the family refuses it.',
  tool_choice: '`toolChoice`; what the family cannot force is asked for in a system instruction and named.',
  tools:
    '`toolConfig.tools`, their schemas in the form that the family takes; custom tools take one string; refused for families without tools.',
  top_logprobs: 'Converse returns none.',
  top_p: '`topP`; left out where the family refuses it.',
  user: '`requestMetadata`, as `openai-user`, cut to 256 characters of those that Bedrock takes there; `metadata` goes first, and Bedrock takes 16 pairs.',
  verbosity: 'Converse has none; it only tunes the answer.',
  web_search_options: 'No web search; ignoring it would give answers without sources.',
};

/** Values of ignored and refused members that ask for nothing, beside null: they are neither named nor refused. */
export const asksNothing: Readonly<Partial<Record<keyof ChatRequest, (value: unknown) => boolean>>> = {
  frequency_penalty: (value) => value === 0,
  logit_bias: (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
  logprobs: (value) => value === false,
  modalities: (value) => Array.isArray(value) && value.every((modality) => modality === 'text'),
  presence_penalty: (value) => value === 0,
  store: (value) => value === false,
  top_logprobs: (value) => value === 0,
  verbosity: (value) => value === 'medium',
};
