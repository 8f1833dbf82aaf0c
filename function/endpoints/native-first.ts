import type { Authorised } from '../auth/authorise.ts';
import { isNotServed } from '../backends/bedrock-openai/failures.ts';
import { retryPlan } from '../backends/retry.ts';
import type { Target } from '../catalog/catalog.ts';
import { familyOf } from '../catalog/families.ts';
import type { Family } from '../catalog/family.ts';
import type { Failure } from '../dialects/outcome.ts';
import { readCarrier } from '../translate/chat/reasoning-carrier.ts';
import { chatWay, type ChatAsked } from './chat-ways.ts';
import type { Way } from '../pipeline/prepared-call.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * The way to a model that was asked for by Bedrock's own id: unchanged to Bedrock's own Chat Completions where those serve the
 * family, and to Converse with what they do not serve. In the catalog a target says itself which of the two it wants.
 */
export async function nativeFirst(asked: ChatAsked, to: Authorised<Target>, signal: AbortSignal): Promise<Way> {
  const body = asked.body.value;
  const family = familyOf(to.target.model);
  if (!family.nativeChat || needsConverse(body, family)) return chatWay(asked, to, signal);
  const way = await chatWay(asked, { ...to, target: { ...to.target, backend: 'bedrock-openai' } }, signal);
  return {
    ...way,
    async instead(failure) {
      if (!mayServe(failure, body)) return undefined;
      const converse = await chatWay(asked, to, signal);
      return failure.status !== 400 || converse.ignored.every(isDetail) ? converse : undefined;
    },
  };
}

/** A refused request is not mended by ignoring one of its fields; details, such as `tools.function.strict`, are named all the same. */
function isDetail(name: string): boolean {
  return name.includes('.');
}

/**
 * What only Converse can take: the extension field, reasoning that an earlier answer gave, images in results of tools, and what
 * the family's own Chat Completions lack.
 */
function needsConverse(body: Body, { nativeLacks }: Family): boolean {
  const { bedrock, messages } = body;
  return (
    (bedrock !== undefined && bedrock !== null) ||
    nativeLacks.some((feature) => asks[feature](body)) ||
    (Array.isArray(messages) && (messages.some(bringsReasoning) || messages.some(showsResult)))
  );
}

const asks: Readonly<Record<Family['nativeLacks'][number], (body: Body) => boolean>> = {
  // Saying no effort is asking for the model's own.
  'tools-while-reasoning': ({ tools, functions, reasoning_effort: effort }) =>
    (isFilled(tools) || isFilled(functions)) && effort !== 'none',
  'json-schema': ({ response_format: format }) => isObject(format) && format['type'] === 'json_schema',
};

/**
 * Whether Converse may serve what Bedrock's own Chat Completions failed to. Not after throttling: one quota holds for a model,
 * whichever of the two is asked.
 */
function mayServe(failure: Failure, body: Body): boolean {
  const { fallback, failover } = retryPlan(failure, Number.POSITIVE_INFINITY, 0);
  return (fallback && !failover) || isNotServed(failure) || refuses(failure, body);
}

/** Fields that Bedrock's own Chat Completions refuse of some models and Converse takes: when they are asked for, and how a refusal names them. */
const refusable: readonly { readonly asked: (body: Body) => boolean; readonly name: RegExp }[] = [
  {
    asked: ({ n }) => typeof n === 'number' && n > 1,
    name: /(?:^|[\s'"`([#/.])n(?:['"`\])]|\s*(?:[=<>:]|is\b|must\b|can\b|does\b|greater\b|larger\b|parameter\b|values?\b|$))/i,
  },
  {
    asked: ({ stop }) => stop !== undefined && stop !== null,
    name: /(?:^|[\s'"`([#/.])stop(?:[_ ]?sequences?)?(?:['"`\])]|\s*(?:[=:]|is\b|are\b|must\b|parameter\b|$))/i,
  },
];

function refuses({ status, message, openai }: Failure, body: Body): boolean {
  if (status !== 400) return false;
  return refusable.some(({ asked, name }) => asked(body) && (name.test(openai?.param ?? '') || name.test(message)));
}

/** Whether Converse answered before and its reasoning comes back: as a text, or in a call's id. */
function bringsReasoning(message: unknown): boolean {
  if (!isObject(message)) return false;
  const { reasoning_content: text, tool_calls: calls } = message;
  return typeof text === 'string' || (Array.isArray(calls) && calls.some(carriesReasoning));
}

/** Whether a tool's result has an image: OpenAI's API knows only text there. */
function showsResult(message: unknown): boolean {
  if (!isObject(message) || message['role'] !== 'tool') return false;
  const { content } = message;
  return Array.isArray(content) && content.some((part) => isObject(part) && part['type'] === 'image_url');
}

function carriesReasoning(call: unknown): boolean {
  return isObject(call) && typeof call['id'] === 'string' && readCarrier(call['id']) !== undefined;
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}
