import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { ConverseRequest, InferenceConfiguration, ServiceTierType } from '../../../dialects/converse.gen.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../dialects/json.ts';
import { ignoredNames } from '../../ignored.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { TranslationContext, Translated } from '../../translation.ts';
import { disposition } from '../disposition.ts';
import { originOf } from '../origin.ts';
import type { Plan } from '../plan.ts';
import { noEarlierAnswers } from './earlier-answers.ts';
import { messages, systemMessages } from './messages.ts';
import { output } from './output.ts';
import { invalid, unsupportedField } from './refusal.ts';
import { tools } from './tools.ts';
import type { Ignored } from './translation-state.ts';

/**
 * A Converse request as OpenAI-compatible servers take it. It never has `stream`: the operation says that, not the body. Throws
 * the ApiError for what such servers cannot do.
 */
export function request({
  request: converse,
  ...known
}: TranslationContext<ConverseRequest>): Translated<ChatRequest, Plan> {
  const { model } = known;
  const { guardrailConfig, promptVariables, performanceConfig, toolConfig, outputConfig } = converse;
  if (guardrailConfig !== undefined) throw unsupportedField('guardrailConfig', 'guardrailConfig');
  if (promptVariables !== undefined) throw unsupportedField('promptVariables', 'promptVariables');
  const turns = converse.messages ?? [];
  // Without a message it is a prompt that Bedrock keeps.
  if (turns.length === 0) throw invalid('messages', 'a conversation must have a message of the user.');
  const ignored: Ignored = new Set();
  if (performanceConfig?.latency === 'optimized') ignored.add('performanceConfig');
  const chat: ChatRequest = {
    model,
    messages: [
      ...systemMessages(converse.system ?? [], ignored),
      ...messages(turns, { ignored, given: noEarlierAnswers(originOf(known)) }),
    ],
    ...(toolConfig && tools(toolConfig, ignored)),
    ...(converse.inferenceConfig && inference(converse.inferenceConfig)),
    ...(outputConfig && output(outputConfig)),
    ...withoutUndefined({ metadata: metadata(converse, ignored), service_tier: serviceTier(converse, ignored) }),
  };
  const fields = converse.additionalModelRequestFields;
  return {
    request: fields === undefined ? chat : withCallersFields(chat, checkedFields(fields)),
    calls: 1,
    streams: true,
    ignored: ignoredWithUnknown(ignored, converse),
    plan: {
      stopSequences: new Set(converse.inferenceConfig?.stopSequences),
      fieldPaths: converse.additionalModelResponseFieldPaths ?? [],
    },
  };
}

function inference({ maxTokens, temperature, topP, stopSequences }: InferenceConfiguration): Partial<ChatRequest> {
  return withoutUndefined({
    // OpenAI's reasoning models refuse `max_tokens`, its own specification calls it deprecated, and vLLM and Bedrock's own
    // surface know the newer name too. For servers that know only the old one there is `maxTokensField` of an entry of `models`,
    // and `max_tokens` in additionalModelRequestFields.
    max_completion_tokens: maxTokens,
    temperature,
    top_p: topP,
    stop: stopSequences !== undefined && stopSequences.length > 0 ? stopSequences : undefined,
  });
}

/** What OpenAI takes as the name of an entry of `metadata`; its values are as long as Bedrock's. */
const maxKeyLength = 64;

function metadata({ requestMetadata }: ConverseRequest, ignored: Ignored): Record<string, string> | undefined {
  if (requestMetadata === undefined) return undefined;
  const all = Object.entries(requestMetadata);
  const held = all.filter(([key]) => key.length <= maxKeyLength);
  if (held.length < all.length) ignored.add('requestMetadata');
  return held.length > 0 ? Object.fromEntries(held) : undefined;
}

const tiers: Readonly<Record<ServiceTierType, 'priority' | 'default' | 'flex' | undefined>> = {
  priority: 'priority',
  default: 'default',
  flex: 'flex',
  reserved: undefined,
};

function serviceTier({ serviceTier: tier }: ConverseRequest, ignored: Ignored): ChatRequest['service_tier'] {
  if (tier === undefined) return undefined;
  if (tiers[tier.type] === undefined) ignored.add('serviceTier.type');
  return tiers[tier.type];
}

/** Fields that the gateway sets itself, and those that Converse has too, which a caller may need rights for. */
const reservedFields: ReadonlySet<string> = new Set([
  'messages',
  'metadata',
  'model',
  'n',
  'service_tier',
  'stream',
  'stream_options',
]);

/** The request overridden by the caller's own fields: null removes one, and `max_tokens` replaces the newer field. */
function withCallersFields(
  { model, messages: turns, max_completion_tokens: most, ...chat }: ChatRequest,
  fields: JsonObject,
) {
  const limit = most === undefined || isGiven(fields['max_tokens']) ? {} : { max_completion_tokens: most };
  const kept = Object.entries({ ...chat, ...limit, ...fields }).filter(
    ([name]) => !Object.hasOwn(fields, name) || fields[name] !== null,
  );
  return { model, messages: turns, ...Object.fromEntries(kept) };
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

/** Fields written by the translation that a null of the caller takes away. */
const takenAway: ReadonlySet<string> = new Set(['metadata', 'service_tier']);

function checkedFields(fields: JsonValue): JsonObject {
  if (!isObject(fields)) throw invalid('additionalModelRequestFields', 'expected an object.');
  const taken = Object.keys(fields).find(
    (name) => reservedFields.has(name) && !(fields[name] === null && takenAway.has(name)),
  );
  if (taken === undefined) return fields;
  throw invalid(`additionalModelRequestFields.${taken}`, `'${taken}' is set by the gateway.`);
}

/** Fields that the service model does not know are ignored with the others. */
function ignoredWithUnknown(ignored: Ignored, converse: ConverseRequest): string[] {
  const unknown = Object.keys(converse).filter((name) => !Object.hasOwn(disposition, name));
  return ignoredNames(new Set([...ignored, ...unknown]), disposition);
}
