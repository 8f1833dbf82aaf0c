import { isOwnId } from '../dialects/model-ids.ts';

/** What callers may ask for is at most this long; the longest ids of Bedrock's, ARNs, have some 130 characters. */
export const maxNameLength = 256;

/** Printable ASCII without blanks: safe in a header, a log line and a message. */
export function isName(name: string): boolean {
  return name.length <= maxNameLength && /^[\x21-\x7e]+$/.test(name);
}

/** Whether a key of `models` takes every name that begins with what stands before its `*`. */
export function isPattern(key: string): boolean {
  return key.endsWith('*');
}

/** The pattern that takes every name, and requests that name no model. */
export const anyName = '*';

/** What Converse takes by ARN. */
const modelArn =
  /^arn:aws(-[a-z]+)*:bedrock:[a-z0-9-]{1,20}:(\d{12})?:(foundation-model|inference-profile|application-inference-profile|provisioned-model|custom-model|custom-model-deployment|imported-model|prompt|prompt-router|default-prompt-router)\/[A-Za-z0-9._:/-]+$/;

/** Whether a name that the catalog does not have is Bedrock's own. */
export function isBedrockModel(name: string): boolean {
  return isName(name) && (isOwnId(name) || modelArn.test(name));
}

/** The id that an ARN of Bedrock's own models and profiles shows; other ARNs and ids are returned as they are. */
export function idOfArn(model: string): string {
  return /^arn:[^/]+:(?:foundation-model|inference-profile)\/(.+)$/.exec(model)?.[1] ?? model;
}
