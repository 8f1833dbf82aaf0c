/** What an answer that passes through is sent as where upstream names nothing that is safeType: no browser shows or runs it. */
const fallbackType = 'application/octet-stream';

/** What Bedrock, models on it and OpenAI-compatible servers answer with, with parameters such as `charset=utf-8`. */
const safeType =
  /^(?:application\/(?:(?:[\w.-]+\+)?json|jsonlines|x-ndjson|octet-stream|vnd\.amazon\.eventstream)|text\/event-stream|image\/(?:png|jpeg|webp))(?:\s*;\s*[\w-]+=(?:[\w.-]+|"[\w. -]*"))*$/i;

/** The content type of an answer that passes through, from upstream's own. It must never become a page under the gateway's name. */
export function safeContentType(type_: string | undefined): string {
  if (type_ === undefined) return 'application/json';
  const type = type_.trim();
  return type.length <= 200 && safeType.test(type) ? type : fallbackType;
}
