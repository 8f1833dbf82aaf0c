import type { Failure } from '../../dialects/outcome.ts';

/** How Bedrock and its models refuse reasoning from earlier turns: encrypted elsewhere, or with an unknown signature. */
const reasoning: readonly RegExp[] = [
  /encrypted[ _](?:content|reasoning)/i,
  /(?:invalid|unknown|unverifiable|malformed)[^.]{0,40}\b(?:signature|data)\b[^.]{0,40}(?:thinking|reasoning)/i,
  /\b(?:thinking|reasoning(?:content|text)?)\b[^.]{0,40}\bsignature\b[^.]{0,40}\b(?:invalid|not valid|mismatch|verif)/i,
  /\b(?:thinking|reasoning(?:content|text)?)\.(?:signature|data)\b/i,
  /\b(?:redacted_?(?:thinking|content)|thinking blocks?)\b.{0,120}(?:invalid|cannot be modified|must remain as they were|(?:not|n['’]t) support)/i,
  /(?:not|n['’]t) support(?:ed)?.{0,60}\b(?:reasoningcontent|redacted_?content)\b/i,
  /only encrypted reasoning/i,
];

/** How Claude refuses to compile a strict schema of a request. */
const strictSchema: readonly RegExp[] = [
  /\bgrammar\b.{0,80}(?:too (?:large|big|complex|long)|exceed|limit|fail|cannot|could not|timed? ?out|compil)/i,
  /(?:too (?:large|big|complex|many)|exceed|fail|cannot|could not|compil).{0,80}\bgrammar\b/i,
  /\b(?:strict|structured output)/i,
  /schema.{0,120}(?:too (?:large|big|complex|deep|many)|(?:not|n['’]t) (?:currently )?support|unsupported|not permitted|compil)/i,
  /(?:too (?:large|big|complex|many)|(?:not|n['’]t) (?:currently )?support|unsupported|compil).{0,120}schema/i,
  /\btoo many (?:optional|union)/i,
];

/** Whether a failure says that reasoning from earlier turns was refused. */
export function refusesReasoning(failure: Failure): boolean {
  return isRefusal(failure) && reasoning.some((words) => words.test(failure.message));
}

/** Whether a failure says that strict schemas of the request were refused. */
export function refusesStrictSchema(failure: Failure): boolean {
  return isRefusal(failure) && strictSchema.some((words) => words.test(failure.message));
}

/** Whether a failure is the model's refusal: a 400, or a failure of the model with an original status of 400. */
function isRefusal({ name, status, originalStatus }: Failure): boolean {
  return name.startsWith('Model') ? originalStatus === 400 : name === 'ValidationException' && status === 400;
}
