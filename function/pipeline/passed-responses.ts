import { isNotServed } from '../backends/bedrock-openai/not-served.ts';
import type { PassedObject } from '../backends/backend.ts';
import { retryPlan } from '../backends/retry.ts';
import { familyOf } from '../catalog/families.ts';
import { isObject } from '../dialects/json.ts';
import { checkNumbers, type JsonBody } from '../http/body.ts';
import { readEncryptedReasoning } from '../translate/responses/encrypted-reasoning.ts';
import {
  checkReferences,
  passedFiles,
  withoutServerTools,
  withPassedFiles,
} from '../translate/responses/passed-body.ts';
import { storedFiles } from './media.ts';
import { includesEncrypted, type ResponsesBody } from './responses-body.ts';
import type { NativeFirst, RoutedRequest } from './route.ts';
import { serverBody } from './server-body.ts';
import type { FinishedRequest } from './translated-call.ts';

/** Responses of a model that was asked for by Bedrock's own ID: Bedrock's own where they serve the family, and Converse with what they do not serve. */
export const nativeResponses: NativeFirst<JsonBody> = {
  serves({ value }, model, { mantle } = { mantle: false }) {
    const { nativeResponses: onRuntime, mantleBase } = familyOf(model);
    return (onRuntime || (mantle && mantleBase !== undefined)) && !needsConverse(value);
  },
  converseMayServe(failure) {
    const { fallback, failover } = retryPlan(failure, Number.POSITIVE_INFINITY, 0);
    return (fallback && !failover) || isNotServed(failure);
  },
};

/** Whether only Converse can take a Responses request: for the extension field, stored files, and reasoning that Converse gave. */
export function needsConverse({ bedrock, input }: PassedObject): boolean {
  if (bedrock !== undefined && bedrock !== null) return true;
  if (passedFiles(input).length > 0) return true;
  return Array.isArray(input) && input.some(hasOwnReasoning);
}

function hasOwnReasoning(item: unknown): boolean {
  const content = isObject(item) ? item['encrypted_content'] : undefined;
  return typeof content === 'string' && readEncryptedReasoning(content) !== undefined;
}

/** The body as it is passed on, with the content of stored files in it where the stack stores any. Throws an ApiError for references to stored items. */
export async function passedBody({ request, to }: RoutedRequest<ResponsesBody>): Promise<PassedObject> {
  const { text, isStored = false } = request.body;
  checkNumbers(text);
  const value = isStored ? withEncrypted(request.body.value, to.target.backend) : request.body.value;
  checkReferences(value['input']);
  const references = passedFiles(value['input']);
  const stored = await storedFiles(request, references, { mayStay: false });
  return stored === undefined ? value : { ...value, input: withPassedFiles(value['input'], references, stored.files) };
}

/**
 * A request that asks for what reasoning items carry. OpenAI refuses that for models that do not reason, and which do is known only of Bedrock's
 * own, and where the request says how the model is to reason.
 */
function withEncrypted(value: PassedObject, backend: string): PassedObject {
  const { include, reasoning } = value;
  if (backend === 'openai' && !isObject(reasoning)) return value;
  if (include !== undefined && include !== null && !Array.isArray(include)) return value;
  return { ...value, include: includesEncrypted(include) };
}

/** A request as the stack pays for it: with known fields alone, and without the tools that the server would run. */
export function finishPassed(
  sent: PassedObject,
  { request: { context } }: RoutedRequest<JsonBody>,
): FinishedRequest<PassedObject> {
  const { body, ignored } = serverBody(sent, 'responses', context.services.catalog);
  const kept = withoutServerTools(body);
  return { request: kept.body, ignored: [...ignored, ...kept.ignored] };
}
