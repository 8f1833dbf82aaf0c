/** What upstream's messages say of an account, its callers and its keys, and what stands there instead. Order counts. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s+[\w.~+/=-]{16,}/gi, 'Bearer [key]'],
  [/\b((?:x-)?api-key["']?\s*[:=]\s*["']?)[\w.~+/=-]{8,}/gi, '$1[key]'],
  // The four shapes of a bearer token: both kinds of Bedrock key, gateway and OpenAI keys, JWTs.
  [/\bABSK[\w+/=-]{8,}/g, '[key]'],
  [/\bbedrock-api-key-[\w+/=-]*/gi, '[key]'],
  // OpenAI itself quotes the ends of a key that it refuses, with stars between.
  [/\bsk-[\w*-]{8,}/g, '[key]'],
  [/\beyJ[\w-]+\.[\w-]+\.?[\w-]*/g, '[key]'],
  // Query parameters of the presigned URL that a short-term key is.
  [/\bX-Amz-[A-Za-z-]+=[^&\s"']+/gi, '[key]'],
  // Whose OpenAI account it is.
  [/\b(?:org|proj)[-_][A-Za-z0-9]{8,}\b/g, '[account]'],
  [/\b(organization|project) (?:org|proj)[-_][\w-]+/gi, '$1 [account]'],
  // Unique ids of IAM: access keys, users, roles.
  [/\bA[A-Z]{3}[A-Z0-9]{12,124}\b/g, '[id]'],
  [/\barn:aws[\w-]*:[^\s"'<>,;)\]]*/gi, '[ARN]'],
  [/\b(?:https?:\/\/)?[\w.-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)\b(?::\d+)?[^\s"'<>,;)\]]*/gi, '[host]'],
  // Addresses and names of private networks.
  [
    /\b(?:https?:\/\/)?(?:10\.\d{1,3}|127\.\d{1,3}|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168)(?:\.\d{1,3}){2}\b(?::\d+)?[^\s"'<>,;)\]]*/gi,
    '[host]',
  ],
  [/\b(?:https?:\/\/)?[\w.-]+\.(?:internal|local|svc)\b(?::\d+)?[^\s"'<>,;)\]]*/gi, '[host]'],
  [/(?<!\d)\d{12}(?!\d)/g, '[account]'],
];

/** Some of the patterns cost the square of a hostile text's length; backends hand on no more than this anyway. */
const maxMessageLength = 2_000;

/** An upstream message as a caller may see it. */
export function redact(message: string): string {
  const start = message.slice(0, maxMessageLength);
  return secrets.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), start).trim();
}
