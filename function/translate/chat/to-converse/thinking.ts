import type { Family, Thinking } from '../../../catalog/family.ts';
import type { ChatCompletionRequestAssistantMessage } from '../../../dialects/chat.gen.ts';
import type { ReasoningContentBlock } from '../../../dialects/converse.gen.ts';
import { isObject, type JsonObject } from '../../../dialects/json.ts';
import { readCarrier } from '../reasoning-carrier.ts';
import { assistantWords } from './content.ts';
import { mergeObjects, type TranslationState } from './translation-state.ts';

/** How the model will think, and what is sent to bring that about. */
export interface ThinkingPlan {
  readonly on: boolean;
  /** `additionalModelRequestFields`: the gateway's, overridden by the caller's. */
  readonly fields: JsonObject;
  /** Tokens to think with, where the family counts them. */
  readonly budget: number | undefined;
  /** Whether the budget may be made smaller: not where the caller's own fields say it. */
  readonly flexible: boolean;
  /** Neither sampling parameters nor maxTokens may be sent. */
  readonly unbounded: boolean;
}

/** What an effort looks like in each form. */
const fieldsOfEffort: Readonly<Record<Thinking['form'], (effort: string | number) => JsonObject>> = {
  none: () => ({}),
  budget: (effort) => ({ thinking: { type: 'enabled', budget_tokens: effort } }),
  adaptive: (effort) => ({ thinking: { type: 'adaptive' }, output_config: { effort } }),
  reasoningConfig: (effort) => ({ reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }),
  reasoning_effort: (effort) => ({ reasoning_effort: effort }),
  reasoning: (effort) => ({ reasoning: { effort } }),
  reasoning_config: (effort) => ({ reasoning_config: effort }),
};

/** What "do not think" looks like, in the forms that can say it. */
const fieldsOfNoThinking: Readonly<Partial<Record<Thinking['form'], JsonObject>>> = {
  adaptive: { thinking: { type: 'disabled' } },
  reasoning: { reasoning: { effort: 'none' } },
};

/** Where each form says whether and how hard. */
const effortReaders: Readonly<Record<Thinking['form'], (fields: JsonObject) => unknown>> = {
  none: () => undefined,
  // `reasoning_config` is another name that Bedrock has for the same object.
  budget: (fields) => typeOf(fields['thinking'] ?? fields['reasoning_config']),
  adaptive: (fields) => typeOf(fields['thinking']),
  reasoningConfig: (fields) => typeOf(fields['reasoningConfig']),
  reasoning_effort: (fields) => fields['reasoning_effort'],
  reasoning: (fields) => (isObject(fields['reasoning']) ? fields['reasoning']['effort'] : undefined),
  reasoning_config: (fields) => fields['reasoning_config'],
};

/** Decides on thinking before anything else: sampling, tool choice and replayed reasoning depend on it. */
export function planThinking(state: TranslationState): ThinkingPlan {
  const { family, request } = state;
  const { thinking } = family;
  if (!request.reasoning_effort && !request.bedrock?.additionalModelRequestFields) return unasked(thinking);
  const callers = callersFields(state);
  const fields = withSummary(mergeObjects(effortFields(state), callers), thinking);
  const said = effortReaders[thinking.form](fields);
  const on = said === undefined ? thinking.byDefault : said !== 'disabled' && said !== 'none';
  return {
    on,
    fields,
    budget: on && thinking.form === 'budget' ? tokens(fields) : undefined,
    flexible: callers['thinking'] === undefined && callers['reasoning_config'] === undefined,
    unbounded: on && thinking.unbounded.includes(effortWord(fields)),
  };
}

/** What the model does where the request says nothing. */
function unasked({ byDefault, unbounded }: Thinking): ThinkingPlan {
  return {
    on: byDefault,
    fields: {},
    budget: undefined,
    flexible: true,
    unbounded: byDefault && unbounded.includes(''),
  };
}

/** With a summary of the reasoning, where its text would stay out: beside thinking that is asked for anyway, and only there. */
function withSummary(fields: JsonObject, { omitsText }: Thinking): JsonObject {
  const { thinking } = fields;
  if (!omitsText || !isObject(thinking) || thinking['type'] !== 'adaptive') return fields;
  return { ...fields, thinking: { display: 'summarized', ...thinking } };
}

/** What `reasoning_effort` becomes. */
function effortFields(state: TranslationState): JsonObject {
  const { request, family, ignored } = state;
  const { thinking } = family;
  const effort = request.reasoning_effort ?? undefined;
  if (effort === undefined) return {};
  const unheard = (): JsonObject => {
    ignored.add('reasoning_effort');
    return {};
  };
  if (effort === 'none' && thinking.off === 'absent') return {};
  if (effort === 'none' && thinking.off === 'said') return fieldsOfNoThinking[thinking.form] ?? unheard();
  if (thinking.form === 'none') return unheard();
  if (thinking.needsReplay && loopLacksReasoning(state)) return unheard();
  // It cannot be told not to think: as little as it can is the nearest.
  if (effort === 'none') ignored.add('reasoning_effort');
  return fieldsOfEffort[thinking.form](thinking.efforts[effort === 'none' ? 'minimal' : effort]);
}

/** The caller's own `additionalModelRequestFields`, without betas that another family would have taken. */
function callersFields({ context, request, family, ignored }: TranslationState): JsonObject {
  const { anthropic_beta: betas, ...fields } = request.bedrock?.additionalModelRequestFields ?? {};
  if (betas === undefined) return fields;
  // Flags that the table does not know are newer than it: the caller knows better, but the stack pays for none of them.
  const taken = Array.isArray(betas) ? betas.filter((beta) => mayTake(family, beta, context.stackPays)) : [];
  if (!Array.isArray(betas) || taken.length < betas.length)
    ignored.add('bedrock.additionalModelRequestFields.anthropic_beta');
  return taken.length > 0 ? { ...fields, anthropic_beta: taken } : fields;
}

function mayTake({ betas }: Family, beta: unknown, stackPays = false): boolean {
  if (betas === undefined || typeof beta !== 'string') return false;
  return betas.includes(beta) || !(stackPays || knownBetas.has(beta));
}

/** Betas that some generations of Claude on Bedrock take and others refuse. */
const knownBetas: ReadonlySet<string> = new Set([
  'interleaved-thinking-2025-05-14',
  'fine-grained-tool-streaming-2025-05-14',
  'computer-use-2025-01-24',
  'tool-search-tool-2025-10-19',
  'context-1m-2025-08-07',
  'output-128k-2025-02-19',
  'token-efficient-tools-2025-02-19',
]);

/**
 * Whether the tool loop that goes on began without reasoning that can be given back. Claude with a budget refuses to think
 * in the middle of such a loop.
 */
function loopLacksReasoning({ request, family, reasoning }: TranslationState): boolean {
  const last = request.messages.findLast((message) => message.role === 'assistant' && speaks(message));
  if (last?.role !== 'assistant') return false;
  const calls = last.tool_calls ?? [];
  if (calls.length === 0) return Boolean(last.function_call);
  return !reasoning || !calls.some(({ id }) => replayableReasoning(readCarrier(id), family).length > 0);
}

function speaks(message: ChatCompletionRequestAssistantMessage): boolean {
  return Boolean(message.tool_calls?.length) || Boolean(message.function_call) || assistantWords(message).length > 0;
}

/** Carried reasoning that this family takes back: only its own, and only in the form that it wants. */
export function replayableReasoning(
  found: { reasoning: readonly ReasoningContentBlock[]; family: string } | undefined,
  family: Family,
): ReasoningContentBlock[] {
  if (found === undefined || found.family !== family.name) return [];
  return found.reasoning.filter((block) => takesBack[family.replay](block));
}

const takesBack: Readonly<Record<Family['replay'], (block: ReasoningContentBlock) => boolean>> = {
  none: () => false,
  // An empty signature is refused like none.
  signed: (block) => 'redactedContent' in block || Boolean(block.reasoningText.signature),
  redacted: (block) => 'redactedContent' in block,
  text: (block) => 'reasoningText' in block,
};

function typeOf(value: unknown): unknown {
  return isObject(value) ? value['type'] : undefined;
}

function tokens(fields: JsonObject): number | undefined {
  const object = fields['thinking'] ?? fields['reasoning_config'];
  const found = isObject(object) ? object['budget_tokens'] : undefined;
  return typeof found === 'number' ? found : undefined;
}

function effortWord(fields: JsonObject): string {
  const config = fields['reasoningConfig'];
  const effort = isObject(config) ? config['maxReasoningEffort'] : undefined;
  return typeof effort === 'string' ? effort : '';
}
