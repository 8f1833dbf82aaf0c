import type { CompletionsRequest } from '../../dialects/completions.gen.ts';
import type { Disposition } from '../chat/disposition.ts';

/** Every member of the request schema, once. A member that the specification gains breaks the build here. */
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

/** The same members: how, or why not. The documentation shows these sentences. */
export const reasons: Readonly<Record<keyof CompletionsRequest, string>> = {
  best_of:
    'Converse gives no log probabilities to choose by: `n` answers are written. Less than `n` is refused, as by OpenAI.',
  echo: 'The prompt is put in front of its answer, in a stream as the first chunk.',
  frequency_penalty: 'Converse has none; it only tunes the answer.',
  logit_bias: "Converse has none; token ids are another tokenizer's.",
  logprobs: 'Converse returns none.',
  max_tokens:
    "`maxTokens`, 16 when absent as at OpenAI, capped at what the model can write. A model's reasoning counts towards it.",
  model: 'The catalog says which model answers.',
  n: 'As many calls at once for each prompt, up to 8 for all of them; more is refused.',
  presence_penalty: 'Converse has none; it only tunes the answer.',
  prompt:
    'Models behind Converse chat: each prompt is one message of the user, answered in a call of its own. Blank prompts are refused. Tokens are decoded by the tokenizer of the name asked for.',
  seed: 'Converse has none; OpenAI itself does not guarantee it.',
  stop: '`stopSequences`; refused for families that take none.',
  stream: 'ConverseStream, one call for each choice.',
  stream_options: '`include_usage` adds the usage chunk; `include_obfuscation` is accepted, nothing is padded.',
  suffix: 'No model here fills a gap; one that ignored what follows would give another text.',
  temperature: '`temperature`, at most 1; left out where the family refuses it.',
  top_p: '`topP`; left out where the family refuses it.',
  user: '`requestMetadata`, as `openai-user`, cut to 256 characters of those that Bedrock takes there.',
};

/** Values of ignored and refused members that ask for nothing, beside null: they are neither named nor refused. */
export const asksNothing: Readonly<Partial<Record<keyof CompletionsRequest, (value: unknown) => boolean>>> = {
  // The default, which some clients always send.
  best_of: (value) => value === 1,
  frequency_penalty: (value) => value === 0,
  logit_bias: (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
  presence_penalty: (value) => value === 0,
  suffix: (value) => value === '',
};
