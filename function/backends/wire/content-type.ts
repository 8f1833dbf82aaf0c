/** The content type of answers whose own is unknown: no browser shows or runs it. */
const fallbackType = 'application/octet-stream';

/** Content types of Bedrock, its models and OpenAI-compatible servers, with parameters such as `charset=utf-8`. */
const safeType =
  /^(?:application\/(?:(?:[\w.-]+\+)?json|jsonlines|x-ndjson|octet-stream|vnd\.amazon\.eventstream)|text\/event-stream|image\/(?:png|jpeg|webp))(?:\s*;\s*[\w-]+=(?:[\w.-]+|"[\w. -]*"))*$/i;

/** The content type of a forwarded answer. It must never become a page under the gateway's name. */
export function safeContentType(value: string | undefined): string {
  if (value === undefined) return 'application/json';
  const type = value.trim();
  return type.length <= 200 && safeType.test(type) ? type : fallbackType;
}
