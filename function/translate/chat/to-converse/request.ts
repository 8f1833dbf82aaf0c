import type { Family } from '../../../catalog/family.ts';
import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { ConverseRequest, ServiceTier } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { ignoredNames } from '../../ignored.ts';
import type { TranslationContext, Translated } from '../../translation.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { Plan } from '../plan.ts';
import { withCachePoints, type Cacheable } from './caching.ts';
import { conversation } from './conversation.ts';
import { checkFields } from './fields.ts';
import { inference } from './inference.ts';
import { requestMetadata } from './metadata.ts';
import { invalid } from './refusal.ts';
import type { Renamed } from './schema/property-names.ts';
import { planThinking, type ThinkingPlan } from './thinking.ts';
import { prepareTools, type PreparedTools } from './tools.ts';
import { mergeObjects, type TranslationState } from './translation-state.ts';
import { mayPrefill, messages } from './turns.ts';

/** A Chat Completions request as Converse takes it. Throws the ApiError for what this model cannot do. */
export function request(context: TranslationContext<ChatRequest>): Translated<ConverseRequest, Plan> {
  return translate(context, { strict: true, reasoning: context.withoutReasoning !== true });
}

function translate(
  context: TranslationContext<ChatRequest>,
  allowed: Pick<TranslationState, 'strict' | 'reasoning'>,
): Translated<ConverseRequest, Plan> {
  const { request: chat, family } = context;
  const state: TranslationState = {
    context,
    request: chat,
    family,
    ignored: new Set(),
    properties: new Map(),
    strict: allowed.strict,
    reasoning: allowed.reasoning,
  };
  checkFields(chat, state.ignored);
  const thinking = planThinking(state);
  const tools = asksForTools(chat) ? prepareTools(state, thinking.on) : noTools;
  const { config, fields } = inference(state, thinking);
  const parts = conversationParts(state, tools, thinking);
  const streams = family.tools !== 'buffered' || tools.config === undefined;
  const converse: ConverseRequest = withoutUndefined({
    messages: parts.messages,
    system: parts.system.length > 0 ? parts.system : undefined,
    toolConfig: tools.config && { ...tools.config, tools: parts.tools },
    inferenceConfig: config,
    outputConfig: tools.format,
    additionalModelRequestFields: modelFields(tools.fields, fields),
    serviceTier: serviceTier(state),
    requestMetadata: hasLabels(chat) ? requestMetadata(state) : undefined,
  });
  if (chat.bedrock) Object.assign(converse, extension(chat, chat.bedrock, streams));
  const translated = {
    request: converse,
    calls: calls(chat),
    streams,
    ignored: ignoredNames(state.ignored),
    plan: plan(state, tools, thinking),
    withoutReasoning: () =>
      sendsReasoning(converse) && mayGoWithout(family, thinking)
        ? translate(context, { ...allowed, reasoning: false })
        : undefined,
  };
  if (!isStrict(converse)) return translated;
  return { ...translated, withoutStrict: () => translate(context, { ...allowed, strict: false }) };
}

/** Whether a request has any field about tools or the format of the answer. */
function asksForTools(chat: ChatRequest): boolean {
  if (chat.tools || chat.functions || chat.response_format) return true;
  return Boolean(chat.tool_choice ?? chat.function_call) || typeof chat.parallel_tool_calls === 'boolean';
}

/** Whether a request has any field that becomes a label. */
function hasLabels({ metadata, user, safety_identifier, bedrock }: ChatRequest): boolean {
  return Boolean(metadata || user || safety_identifier || bedrock?.requestMetadata);
}

const noTools: PreparedTools = {
  config: undefined,
  format: undefined,
  fields: {},
  instructions: [],
  beginsAnew: false,
  jsonTool: undefined,
  jsonWrapper: undefined,
  jsonText: false,
  customTools: new Set(),
  functionCall: false,
};

function sendsReasoning({ messages: turns = [] }: ConverseRequest): boolean {
  return turns.some(({ content }) => content.some((block) => 'reasoningContent' in block));
}

/** Claude with a budget does not think in the middle of a loop that began without reasoning: then it is not asked to, unless the caller's own fields do. */
function mayGoWithout({ thinking: { needsReplay } }: Family, { on, flexible }: ThinkingPlan): boolean {
  return !needsReplay || !on || flexible;
}

/** Whether a schema of the request is one that the model must compile before it answers. */
function isStrict({ toolConfig, outputConfig }: ConverseRequest): boolean {
  if (outputConfig?.textFormat !== undefined) return true;
  return toolConfig?.tools.some((tool) => 'toolSpec' in tool && tool.toolSpec.strict === true) === true;
}

/** The conversation, with its cache points. */
function conversationParts(state: TranslationState, tools: PreparedTools, { on: thinks }: ThinkingPlan): Cacheable {
  const { family, ignored } = state;
  const { system, turns } = conversation(state, { thinks, inWords: tools.config === undefined });
  for (const text of tools.instructions) system.push({ text });
  const prefill = mayPrefill(family, { thinks, forced: tools.beginsAnew });
  if (!family.system && system.some((block) => 'cachePoint' in block)) ignored.add('prompt_cache_breakpoint');
  const preface = family.system ? '' : system.flatMap((block) => ('text' in block ? [block.text] : [])).join('\n\n');
  const parts = {
    tools: tools.config?.tools ?? [],
    system: family.system ? system : [],
    messages: messages(turns, { preface, prefill }),
  };
  return withCachePoints(parts, state);
}

/** Each of `n` is a call of its own, all at once: more would only be throttled. */
const maxCalls = 8;

function calls({ n }: ChatRequest): number {
  if ((n ?? 1) <= maxCalls) return n ?? 1;
  const message = `Invalid 'n': integer above maximum value. Expected a value <= ${maxCalls}, but got ${n} instead.`;
  throw invalid('n', message, 'integer_above_max_value');
}

type Tier = NonNullable<ChatRequest['service_tier']>;

/** OpenAI's tiers in Bedrock's words. `auto` is none of them; a commitment like `scale` is made with OpenAI alone. */
const tiers: Readonly<Record<Tier, ServiceTier | undefined>> = {
  auto: undefined,
  default: { type: 'default' },
  flex: { type: 'flex' },
  scale: undefined,
  priority: { type: 'priority' },
  fast: { type: 'priority' },
};

function serviceTier({ request: { service_tier: tier }, ignored }: TranslationState): ServiceTier | undefined {
  if (tier === 'scale') ignored.add('service_tier');
  return tier ? tiers[tier] : undefined;
}

/** The fields of `bedrock` that Converse has under the same names. */
function extension(
  { stream }: ChatRequest,
  { guardrailConfig, performanceConfig, promptVariables }: NonNullable<ChatRequest['bedrock']>,
  streams: boolean,
): Partial<ConverseRequest> {
  const { streamProcessingMode, ...guardrail } = guardrailConfig ?? {};
  // ConverseStream alone knows it.
  const mode = stream === true && streams ? { streamProcessingMode } : {};
  return withoutUndefined({
    guardrailConfig: guardrailConfig && withoutUndefined({ ...guardrail, ...mode }),
    performanceConfig,
    promptVariables,
  });
}

function plan(
  { request: chat, family, names, properties }: TranslationState,
  tools: PreparedTools,
  thinking: ThinkingPlan,
): Plan {
  return {
    toolNames: names?.changed() ?? unchangedNames,
    properties: properties.size === 0 ? noProperties : inverses(properties),
    customTools: tools.customTools,
    functionCall: tools.functionCall,
    jsonTool: tools.jsonTool,
    jsonWrapper: tools.jsonWrapper,
    jsonText: tools.jsonText,
    includeUsage: chat.stream_options?.include_usage === true,
    carryReasoning: thinking.on && family.replay !== 'none',
  };
}

const unchangedNames: ReadonlyMap<string, string> = new Map();
const noProperties: Plan['properties'] = new Map();

function inverses(properties: TranslationState['properties']): Plan['properties'] {
  return new Map([...properties].map(([name, renamed]) => [name, inverse(renamed)]));
}

function inverse(names: Renamed): Map<string, string> {
  return new Map([...names].map(([old, name]) => [name, old]));
}

function modelFields(ofTools: JsonObject, others: JsonObject): JsonObject | undefined {
  const fields = isEmpty(ofTools) ? others : mergeObjects(ofTools, others);
  return isEmpty(fields) ? undefined : fields;
}

function isEmpty(fields: JsonObject): boolean {
  return Object.keys(fields).length === 0;
}
