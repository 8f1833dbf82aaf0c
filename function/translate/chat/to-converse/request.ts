import type { Family } from '../../../catalog/family.ts';
import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { ConverseRequest, ServiceTier, SystemContentBlock } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { ignoredNames } from '../../ignored.ts';
import type { TranslationContext, Translated } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { cached, type Cacheable } from './caching.ts';
import { conversation } from './conversation.ts';
import { inference } from './inference.ts';
import { askedTools } from './tool-definitions.ts';
import { jsonOutput, nativeFormat, type JsonOutput } from './json-output.ts';
import { checkMembers } from './members.ts';
import { requestMetadata } from './metadata.ts';
import { invalid } from './refusal.ts';
import type { Renamed } from './schema/property-names.ts';
import { strictly } from './strictly.ts';
import { thought, type Thought } from './thinking.ts';
import { toolNames } from './tool-names.ts';
import { tools, type Tools } from './tools.ts';
import { roomOfRequest } from './schema/inlined.ts';
import { mayPrefill, messages } from './turns.ts';
import { merged, type Work } from './work.ts';

/** A Chat Completions request as Converse takes it. Throws the ApiError for what this model cannot do. */
export function request(context: TranslationContext<ChatRequest>): Translated<ConverseRequest, Plan> {
  return translated(context, { strict: true, reasoning: context.withoutReasoning !== true });
}

function translated(
  context: TranslationContext<ChatRequest>,
  sent: Pick<Work, 'strict' | 'reasoning'>,
): Translated<ConverseRequest, Plan> {
  const { request: chat, family } = context;
  const work: Work = {
    context,
    request: chat,
    family,
    ignored: new Set(),
    names: toolNames(),
    properties: new Map(),
    room: roomOfRequest(),
    ...sent,
  };
  checkMembers(chat, work.ignored);
  const thinking = thought(work);
  const schemas = strictly({ asked: askedTools(work), json: jsonOutput(work, thinking.on) }, work);
  const { json } = schemas;
  const given = tools(work, schemas, thinking.on);
  const { config, fields } = inference(work, thinking);
  const parts = said(work, { json, given, thinking });
  const streams = family.tools !== 'buffered' || given.config === undefined;
  const converse = withoutUndefined({
    ...present(parts),
    toolConfig: given.config && { ...given.config, tools: [...parts.tools] },
    inferenceConfig: config,
    outputConfig: json.kind === 'native' ? nativeFormat(json) : undefined,
    additionalModelRequestFields: unlessEmpty(merged(given.fields, fields)),
    serviceTier: serviceTier(work),
    requestMetadata: requestMetadata(work),
    ...extension(work, streams),
  });
  return {
    request: converse,
    calls: calls(work),
    streams,
    ignored: ignoredNames(work.ignored),
    plan: plan(work, given, thinking),
    ...(isStrict(converse) ? { withoutStrict: () => translated(context, { ...sent, strict: false }) } : {}),
    withoutReasoning: () =>
      sendsReasoning(converse) && mayGoWithout(family, thinking)
        ? translated(context, { ...sent, reasoning: false })
        : undefined,
  };
}

function sendsReasoning({ messages: turns = [] }: ConverseRequest): boolean {
  return turns.some(({ content }) => content.some((block) => 'reasoningContent' in block));
}

/** Claude with a budget does not think in the middle of a loop that began without reasoning: then it is not asked to, unless the caller's own fields do. */
function mayGoWithout({ thinking: { needsReplay } }: Family, { on, flexible }: Thought): boolean {
  return !needsReplay || !on || flexible;
}

/** Whether a schema of the request is one that the model must compile before it answers. */
function isStrict({ toolConfig, outputConfig }: ConverseRequest): boolean {
  if (outputConfig?.textFormat !== undefined) return true;
  return toolConfig?.tools.some((tool) => 'toolSpec' in tool && tool.toolSpec.strict === true) === true;
}

interface Decided {
  readonly json: JsonOutput;
  readonly given: Tools;
  readonly thinking: Thought;
}

/** The conversation, with its cache points. */
function said(work: Work, { json, given, thinking }: Decided): Cacheable {
  const { system, turns } = conversation(work, { thinks: thinking.on, inWords: given.config === undefined });
  const instructions = given.instructions.map((text): SystemContentBlock => ({ text }));
  const all = [...system, ...instructions];
  const prefill = mayPrefill(work.family, { thinks: thinking.on, forced: given.forced || json.kind !== 'none' });
  if (!work.family.system && all.some((block) => 'cachePoint' in block)) work.ignored.add('prompt_cache_breakpoint');
  const preface = work.family.system ? '' : all.flatMap((block) => ('text' in block ? [block.text] : [])).join('\n\n');
  const parts = {
    tools: given.config?.tools ?? [],
    system: work.family.system ? all : [],
    messages: messages(turns, { preface, prefill }),
  };
  return cached(parts, work);
}

function present({ system, messages: turns }: Cacheable): Pick<ConverseRequest, 'messages' | 'system'> {
  return { messages: [...turns], ...(system.length > 0 ? { system: [...system] } : {}) };
}

/** Each of `n` is a call of its own, all at once: more would only be throttled. */
const MOST_CALLS = 8;

function calls({ request: { n } }: Work): number {
  if ((n ?? 1) <= MOST_CALLS) return n ?? 1;
  const message = `Invalid 'n': integer above maximum value. Expected a value <= ${MOST_CALLS}, but got ${n} instead.`;
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

function serviceTier({ request: { service_tier: tier }, ignored }: Work): ServiceTier | undefined {
  if (tier === 'scale') ignored.add('service_tier');
  return tier ? tiers[tier] : undefined;
}

/** The members of `bedrock` that Converse has under the same names. */
function extension({ request: chat }: Work, streams: boolean): Partial<ConverseRequest> {
  const { guardrailConfig, performanceConfig, promptVariables } = chat.bedrock ?? {};
  const { streamProcessingMode, ...guardrail } = guardrailConfig ?? {};
  // ConverseStream alone knows it.
  const mode = chat.stream === true && streams ? { streamProcessingMode } : {};
  return withoutUndefined({
    guardrailConfig: guardrailConfig && withoutUndefined({ ...guardrail, ...mode }),
    performanceConfig,
    promptVariables,
  });
}

function plan({ request: chat, family, names, properties }: Work, given: Tools, thinking: Thought): Plan {
  return {
    toolNames: names.changed(),
    properties: new Map([...properties].map(([name, renamed]) => [name, inverse(renamed)])),
    customTools: given.customTools,
    functionCall: given.functionCall,
    jsonTool: given.jsonTool,
    jsonWrapper: given.jsonWrapper,
    jsonText: given.jsonText,
    includeUsage: chat.stream_options?.include_usage === true,
    carryReasoning: thinking.on && family.replay !== 'none',
  };
}

function inverse(names: Renamed): Map<string, string> {
  return new Map([...names].map(([old, name]) => [name, old]));
}

function unlessEmpty(fields: JsonObject): JsonObject | undefined {
  return Object.keys(fields).length > 0 ? fields : undefined;
}
