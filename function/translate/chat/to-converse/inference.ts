import type { InferenceConfiguration } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { unsupported } from './refusal.ts';
import type { ThinkingPlan } from './thinking.ts';
import { mergeObjects, type TranslationState } from './translation-state.ts';

/** What the model is told of length and chance. */
export interface Inference {
  readonly config: InferenceConfiguration | undefined;
  /** `additionalModelRequestFields`, with a budget that fits into maxTokens. */
  readonly fields: JsonObject;
}

/** Anthropic's least thinking budget. */
const minThinkingBudget = 1024;
/** What is left for the answer beside the budget where nothing else says so: what Bedrock itself gives. */
const defaultAnswerTokens = 4096;
/** What stays for the answer when it may be as long as the model can write: the budget is a part of that. */
const minAnswerTokens = 16_384;
/** Bedrock reads maxTokens into a signed integer of 32 bits. */
const maxInt32 = 2_147_483_647;
/** The largest temperature of Converse; OpenAI's goes to 2. */
const maxTemperature = 1;

/** Translates limits, sampling and stop sequences, and adds the thinking budget to the model fields. */
export function inference(state: TranslationState, thinking: ThinkingPlan): Inference {
  const { maxTokens, budget } = length(state, thinking);
  const { temperature, topP } = sampling(state, thinking);
  const config = withoutUndefined({ maxTokens, temperature, topP, stopSequences: stopSequences(state) });
  const fields =
    budget === undefined ? thinking.fields : mergeObjects(thinking.fields, { thinking: { budget_tokens: budget } });
  return { config: Object.keys(config).length > 0 ? config : undefined, fields };
}

/** maxTokens and, if it had to give way, the budget. */
function length(state: TranslationState, thinking: ThinkingPlan): { maxTokens?: number | undefined; budget?: number } {
  const { request, family, ignored } = state;
  const name = typeof request.max_completion_tokens === 'number' ? 'max_completion_tokens' : 'max_tokens';
  const wanted = request[name] ?? undefined;
  if (name === 'max_completion_tokens' && typeof request.max_tokens === 'number') ignored.add('max_tokens');
  if (thinking.unbounded) {
    if (wanted !== undefined) ignored.add(name);
    return {};
  }
  const most = family.maxOutput ?? maxInt32;
  const usual = usualLength(state, thinking);
  if (thinking.budget === undefined) {
    const limit = wanted ?? usual;
    return { maxTokens: limit === undefined ? undefined : Math.min(limit, most) };
  }
  // The budget counts towards maxTokens. When we raise that ourselves we stay below the family's bound, which is exclusive in practice.
  const answer = wanted ?? usual ?? defaultAnswerTokens;
  const maxTokens = Math.min(answer + thinking.budget, most - 1);
  if (!thinking.flexible || maxTokens === answer + thinking.budget) return { maxTokens };
  const least = wanted === undefined && answer >= most ? Math.min(minAnswerTokens, most / 2) : answer;
  return { maxTokens, budget: Math.min(thinking.budget, Math.max(minThinkingBudget, maxTokens - least)) };
}

/** What a request without a limit gets: nothing where the caller's own fields name one in the model's words. */
function usualLength({ context, family }: TranslationState, { fields }: ThinkingPlan): number | undefined {
  const { defaultMaxOutput: usual } = context;
  if (fields['max_tokens'] !== undefined) return undefined;
  return usual === 'model' ? family.maxOutput : usual;
}

function sampling(
  { request, family, ignored }: TranslationState,
  thinking: ThinkingPlan,
): { temperature?: number | undefined; topP?: number | undefined } {
  const { temperature, top_p: topP } = request;
  const requested = { temperature: temperature ?? undefined, topP: topP ?? undefined };
  const thinks = thinking.unbounded || (thinking.on && family.thinking.dropsSampling);
  const none = family.sampling === 'none' || thinks;
  const one = family.sampling === 'one' && requested.temperature !== undefined;
  if (none && requested.temperature !== undefined) ignored.add('temperature');
  if ((none || one) && requested.topP !== undefined) ignored.add('top_p');
  if (none) return {};
  return {
    temperature: requested.temperature === undefined ? undefined : Math.min(requested.temperature, maxTemperature),
    topP: one ? undefined : requested.topP,
  };
}

function stopSequences({ request: { stop }, family }: TranslationState): string[] | undefined {
  if (stop === undefined || stop === null) return undefined;
  const requested = typeof stop === 'string' ? [stop] : stop;
  // OpenAI stops at no empty sequence either; Converse refuses it.
  const sequences = requested.filter((sequence) => sequence !== '');
  if (sequences.length === 0) return undefined;
  // Without them the answer would go on where the caller relies on its end.
  if (family.stopSequences === 'none')
    throw unsupported('stop', "Unsupported parameter: 'stop' is not supported with this model.");
  const blank = sequences.some((sequence) => sequence.trim() === '');
  if (!blank || family.stopSequences === 'any') return sequences;
  throw unsupported('stop', "Unsupported value: 'stop' must have more than white space with this model.");
}
