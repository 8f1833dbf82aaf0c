import { isNotServed } from '../backends/bedrock-openai/not-served.ts';
import { retryPlan } from '../backends/retry.ts';
import { familyOf } from '../catalog/families.ts';
import type { Family } from '../catalog/family.ts';
import { isObject } from '../dialects/json.ts';
import type { Failure } from '../dialects/outcome.ts';
import type { JsonBody } from '../http/body.ts';
import { readCarrier } from '../translate/chat/reasoning-carrier.ts';
import { fileReferences } from '../translate/openai/file-references.ts';
import type { NativeFirst } from './route.ts';

type Fields = JsonBody['value'];

/**
 * Chats with a model that was asked for by Bedrock's own id: unchanged to Bedrock's own Chat Completions where those serve the family, and
 * to Converse with what they do not serve. In the catalog a target says itself which of the two it is.
 */
export const nativeChat: NativeFirst<JsonBody> = {
  serves({ value }, model) {
    const family = familyOf(model);
    return family.nativeChat && !needsConverse(value, family);
  },
  converseMayServe(failure, { value }) {
    // Not after throttling: one quota holds for a model, whichever of the two is asked.
    const { fallback, failover } = retryPlan(failure, Number.POSITIVE_INFINITY, 0);
    return (fallback && !failover) || isNotServed(failure) || refuses(failure, value);
  },
};

/**
 * Whether only Converse can take a request: for the extension field, reasoning that an earlier answer gave, images in results of tools,
 * stored files, and what the family's own Chat Completions lack.
 */
function needsConverse(body: Fields, { nativeLacks }: Family): boolean {
  const { bedrock, messages } = body;
  return (
    (bedrock !== undefined && bedrock !== null) ||
    nativeLacks.some((feature) => uses[feature](body)) ||
    (Array.isArray(messages) && (messages.some(bringsReasoning) || messages.some(showsResult))) ||
    fileReferences(messages).length > 0
  );
}

const uses: Readonly<Record<Family['nativeLacks'][number], (body: Fields) => boolean>> = {
  // Without an effort the model's own applies.
  'tools-while-reasoning': ({ tools, functions, reasoning_effort: effort }) =>
    (isFilled(tools) || isFilled(functions)) && effort !== 'none',
  'json-schema': ({ response_format: format }) => isObject(format) && format['type'] === 'json_schema',
};

/** Fields that Bedrock's own Chat Completions refuse for some models and Converse takes: whether a request has one, and how a refusal names it. */
const refusable: readonly { readonly isSet: (body: Fields) => boolean; readonly name: RegExp }[] = [
  {
    isSet: ({ n }) => typeof n === 'number' && n > 1,
    name: /(?:^|[\s'"`([#/.])n(?:['"`\])]|\s*(?:[=<>:]|is\b|must\b|can\b|does\b|greater\b|larger\b|parameter\b|values?\b|$))/i,
  },
  {
    isSet: ({ stop }) => stop !== undefined && stop !== null,
    name: /(?:^|[\s'"`([#/.])stop(?:[_ ]?sequences?)?(?:['"`\])]|\s*(?:[=:]|is\b|are\b|must\b|parameter\b|$))/i,
  },
];

function refuses({ status, message, openai }: Failure, body: Fields): boolean {
  if (status !== 400) return false;
  return refusable.some(({ isSet, name }) => isSet(body) && (name.test(openai?.param ?? '') || name.test(message)));
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
