/** What an answer that passes through is sent as where upstream names nothing that is known: no browser shows or runs it. */
const unknown = 'application/octet-stream';

/** What Bedrock, models on it and OpenAI-compatible servers answer with, with parameters such as `charset=utf-8`. */
const known =
  /^(?:application\/(?:(?:[\w.-]+\+)?json|jsonlines|x-ndjson|octet-stream|vnd\.amazon\.eventstream)|text\/event-stream|image\/(?:png|jpeg|webp))(?:\s*;\s*[\w-]+=(?:[\w.-]+|"[\w. -]*"))*$/i;

/** The content type of an answer that passes through, from upstream's own. It must never become a page under the gateway's name. */
export function passedType(said: string | undefined): string {
  if (said === undefined) return 'application/json';
  const type = said.trim();
  return type.length <= 200 && known.test(type) ? type : unknown;
}
