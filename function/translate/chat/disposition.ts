import type { ChatRequest } from '../../dialects/chat.gen.ts';

/** What happens to a field of the request when a Converse model answers. */
export type Disposition = 'mapped' | 'emulated' | 'ignored' | 'refused';

/** Every field of the request schema, once. A field that the specification gains breaks the build here. */
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

/** How each field is translated, or why not. The documentation shows these sentences. */
export const reasons: Readonly<Record<keyof ChatRequest, string>> = {
  audio: 'No model returns audio through Converse.',
  bedrock: 'Options that OpenAI does not have; each is sent as the Converse field of the same name.',
  frequency_penalty: 'Converse has no equivalent; the field only tunes the answer.',
  function_call: 'Like `tool_choice`, for the deprecated `functions`.',
  functions: 'Like `tools`; calls are returned as `function_call`, one at a time.',
  logit_bias: 'Converse has no equivalent, and the token IDs belong to another tokenizer.',
  logprobs: 'Converse does not return log probabilities.',
  max_completion_tokens:
    "`maxTokens`, raised by the thinking budget if the family has one, and capped at the model's output limit. Without it, Claude gets the stack's `defaultMaxOutput`.",
  max_tokens: 'Like `max_completion_tokens`, which takes precedence if both are present.',
  messages:
    'System and developer messages become `system`, the others `messages` in alternating turns. Images in tool messages, which OpenAI does not have, are put into the tool result or, for families that do not accept them there, after it. A stored file (`file_id`) becomes a document, image, video or audio block by its bytes.',
  metadata:
    '`requestMetadata`; entries that Bedrock does not accept (other characters, or more than 256) are left out and named.',
  modalities: 'Text only; any other value is refused.',
  model: 'The catalog determines the target.',
  moderation: 'The gateway does not moderate; `bedrock.guardrailConfig` names a guardrail.',
  n: 'That many parallel calls, up to 8; a higher number is refused.',
  parallel_tool_calls: '`false` is passed on to Claude; other families have no such option.',
  prediction: 'Converse has no equivalent; the field only makes answers faster.',
  presence_penalty: 'Converse has no equivalent; the field only tunes the answer.',
  prompt_cache_key:
    'Indicates that the prompt will be reused, so cache points are set. The key itself has no equivalent.',
  prompt_cache_options:
    'With `mode: explicit`, only the breakpoints in the request are used; `ttl` becomes one hour if the family supports it.',
  prompt_cache_retention: 'Cached prefixes are kept for minutes, or for one hour with `prompt_cache_options.ttl`.',
  reasoning_effort: "The family's own equivalent; families without one ignore it.",
  response_format:
    "Natively if the family supports the schema, otherwise through a forced tool whose input is the answer's text. If the family does not support forced tools, a tool or, for `json_object`, an instruction asks for JSON.",
  safety_identifier: '`requestMetadata`, as `openai-safety-identifier`: see `user`.',
  seed: 'Converse has no equivalent; OpenAI itself does not guarantee determinism.',
  service_tier: '`serviceTier`; `auto` is left to Bedrock, `fast` becomes `priority`, `scale` is ignored.',
  stop: '`stopSequences`; refused for families that do not support stop sequences.',
  store: 'In a stack with `storage`, the gateway stores the answer; servers are not told. Elsewhere it is ignored.',
  stream: 'ConverseStream, or Converse replayed as a stream if the model cannot stream with tools.',
  stream_options: '`include_usage` adds the usage chunk; `include_obfuscation` is accepted, but no padding is added.',
  temperature: '`temperature`, at most 1; left out if the family does not accept it.',
  tool_choice: '`toolChoice`; a choice that the family cannot force is requested in a system instruction and named.',
  tools:
    '`toolConfig.tools`, with schemas in the form that the family supports; custom tools take one string; refused for families without tools.',
  top_logprobs: 'Converse does not return log probabilities.',
  top_p: '`topP`; left out if the family does not accept it.',
  user: '`requestMetadata`, as `openai-user`, truncated to 256 characters and limited to those that Bedrock accepts there. Bedrock accepts 16 pairs, and `metadata` takes precedence.',
  verbosity: 'Converse has no equivalent; the field only tunes the answer.',
  web_search_options: 'There is no web search; ignoring the field would give answers without sources.',
};

/** Whether a value of an ignored or refused field asks for nothing, as null does: it is neither named nor refused. */
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
