import type { CompletionsRequest } from '../../dialects/completions.gen.ts';
import type { Disposition } from '../chat/disposition.ts';

/** Every field of the request schema, once. A field that the specification gains breaks the build here. */
export const disposition: Readonly<Record<keyof CompletionsRequest, Disposition>> = {
  best_of: 'ignored',
  echo: 'emulated',
  frequency_penalty: 'ignored',
  logit_bias: 'ignored',
  logprobs: 'refused',
  max_tokens: 'mapped',
  model: 'mapped',
  n: 'emulated',
  presence_penalty: 'ignored',
  prompt: 'mapped',
  seed: 'ignored',
  stop: 'mapped',
  stream: 'mapped',
  stream_options: 'mapped',
  suffix: 'refused',
  temperature: 'mapped',
  top_p: 'mapped',
  user: 'mapped',
};

/** How each field is translated, or why not. The documentation shows these sentences. */
export const reasons: Readonly<Record<keyof CompletionsRequest, string>> = {
  best_of:
    'Converse returns no log probabilities to select by, so `n` answers are generated. A value less than `n` is refused, as OpenAI does.',
  echo: 'The prompt is prepended to its answer; in a stream it is the first chunk.',
  frequency_penalty: 'Converse has no equivalent; the field only tunes the answer.',
  logit_bias: 'Converse has no equivalent, and the token IDs belong to another tokenizer.',
  logprobs: 'Converse does not return log probabilities.',
  max_tokens:
    "`maxTokens`, 16 if absent as with OpenAI, capped at the model's output limit. A model's reasoning counts towards it.",
  model: 'The catalog determines the target.',
  n: 'That many parallel calls for each prompt, up to 8 in total; a higher number is refused.',
  presence_penalty: 'Converse has no equivalent; the field only tunes the answer.',
  prompt:
    'Models behind Converse are chat models: each prompt is sent as one user message, in a separate call. Blank prompts are refused. Tokens are decoded with the tokenizer of the requested name.',
  seed: 'Converse has no equivalent; OpenAI itself does not guarantee determinism.',
  stop: '`stopSequences`; refused for families that do not support stop sequences.',
  stream: 'ConverseStream, one call for each choice.',
  stream_options: '`include_usage` adds the usage chunk; `include_obfuscation` is accepted, but no padding is added.',
  suffix: 'No model behind Converse supports insertion; ignoring the suffix would give a different text.',
  temperature: '`temperature`, at most 1; left out if the family does not accept it.',
  top_p: '`topP`; left out if the family does not accept it.',
  user: '`requestMetadata`, as `openai-user`, truncated to 256 characters and limited to those that Bedrock accepts there.',
};

/** Whether a value of an ignored or refused field asks for nothing, as null does: it is neither named nor refused. */
export const asksNothing: Readonly<Partial<Record<keyof CompletionsRequest, (value: unknown) => boolean>>> = {
  // The default, which some clients always send.
  best_of: (value) => value === 1,
  frequency_penalty: (value) => value === 0,
  logit_bias: (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
  presence_penalty: (value) => value === 0,
  suffix: (value) => value === '',
};
