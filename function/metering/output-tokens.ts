import type { Target } from '../catalog/catalog.ts';
import { familyOf } from '../catalog/families.ts';
import type { DefaultMaxOutput, Family } from '../catalog/family.ts';
import { isObject } from '../dialects/json.ts';
import type { CountedBody } from './body.ts';
import { whole } from './whole.ts';

type Fields = CountedBody['fields'];

/** What a family may write whose most is not known: as much as the config's own default (config.ts). */
const unknownMaxOutput = 16_384;

/** OpenAI's own default for completions, which the gateway sends as well. */
const defaultCompletionTokens = 16;

/**
 * The fields that limit the output, by the object that they are in; '' is the body itself. Chat Completions and Completions have the first
 * two, Responses the third, Converse `inferenceConfig`; the others are in bodies of InvokeModel: Anthropic and Mistral (`max_tokens`), Claude 2,
 * Llama, Titan and Nova (Bedrock guide, "Inference request parameters").
 */
const limitFields: readonly (readonly [within: string, names: readonly string[]])[] = [
  ['', ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_tokens_to_sample', 'max_gen_len']],
  ['inferenceConfig', ['maxTokens', 'max_tokens', 'max_new_tokens']],
  ['textGenerationConfig', ['maxTokenCount']],
  ['additionalModelRequestFields', ['max_tokens']],
];

/** The most tokens of one answer: what the request allows, else what its targets give where it says nothing, of all the most. */
export function outputTokens(fields: Fields, targets: readonly Target[], stacksDefault: DefaultMaxOutput): number {
  const asked = limitOf(fields) ?? (isCompletion(fields) ? defaultCompletionTokens : undefined);
  return Math.max(...targets.map((target) => outputAt(target, { fields, asked, stacksDefault })));
}

interface Wish {
  readonly fields: Fields;
  readonly asked: number | undefined;
  readonly stacksDefault: DefaultMaxOutput;
}

function outputAt(target: Target, { fields, asked, stacksDefault }: Wish): number {
  const family = familyOf(target.family ?? target.model);
  const most = family.maxOutput ?? unknownMaxOutput;
  const thinking = thinkingOf(fields, family);
  if (thinking === 'unbounded') return most;
  const usual = target.defaultMaxOutput ?? stacksDefault;
  const answer = asked ?? (usual === 'model' ? most : usual);
  return Math.min(answer + thinking, family.maxOutput ?? Infinity);
}

function limitOf(fields: Fields): number | undefined {
  const found = limitFields.flatMap(([within, names]) => {
    const inside = within === '' ? fields : fields[within];
    return isObject(inside) ? names.flatMap((name) => whole(inside[name]) ?? []) : [];
  });
  return found.length === 0 ? undefined : Math.max(...found);
}

/** Whether a body is one of OpenAI's legacy completions. */
export function isCompletion({ prompt, messages, model }: Fields): boolean {
  return prompt !== undefined && messages === undefined && typeof model === 'string';
}

/** What a chat may think beside its answer, in tokens: the gateway adds the budget to the limit, or sends none. */
function thinkingOf(fields: Fields, { thinking }: Family): number | 'unbounded' {
  const { reasoning_effort: chatEffort, reasoning, bedrock } = fields;
  const effort = chatEffort ?? (isObject(reasoning) ? reasoning['effort'] : undefined);
  const own = isObject(bedrock) ? bedrock['additionalModelRequestFields'] : undefined;
  const { thinking: budget, reasoning_config: other, reasoningConfig } = isObject(own) ? own : {};
  const said = [
    typeof effort === 'string' ? Reflect.get(thinking.efforts, effort) : undefined,
    isObject(budget) ? budget['budget_tokens'] : undefined,
    isObject(other) ? other['budget_tokens'] : undefined,
    isObject(reasoningConfig) ? reasoningConfig['maxReasoningEffort'] : undefined,
  ];
  if (said.some((word) => typeof word === 'string' && thinking.unbounded.includes(word))) return 'unbounded';
  return Math.max(0, ...said.flatMap((tokens) => (typeof tokens === 'number' ? [whole(tokens) ?? 0] : [])));
}
