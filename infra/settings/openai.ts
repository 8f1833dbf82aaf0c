import { Misfit, json, text } from './values.ts';
import type { Reader } from './values.ts';

/** With the six characters that Secrets Manager adds to a name: an IAM policy names the secret by this. */
const SECRET = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;

/** Where the key of the OpenAI-compatible backend is; the key itself is nowhere in the config or the state. */
export const secretArn: Reader<string> = (value) => {
  // A key that was pasted here would be repeated in the message, and from there in a log.
  if (!value.startsWith('arn:'))
    throw new Misfit('must be the ARN of a secret in Secrets Manager, never the key itself');
  return text(
    SECRET,
    "the whole ARN of a secret in Secrets Manager, the six characters at its name's end included",
  )(value);
};

/** The base URL of an OpenAI-compatible backend. The key goes there, so nothing but https will do. */
export const baseUrl: Reader<string> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.protocol !== 'https:' || url.host === '') {
    throw new Misfit('must be a URL that begins with https://, such as https://api.openai.com/v1');
  }
  if (url.username !== '' || url.password !== '' || value.includes('?') || value.includes('#')) {
    throw new Misfit('must be a URL without user, password, query and fragment');
  }
  return value.replace(/\/+$/, '');
};

/**
 * A field of a JSON object as servers name theirs. None has a hyphen, since `amazon-bedrock-…` is the stack's own to say; and some
 * servers read a name in any case, so none is `model` or `stream`, which the gateway sets.
 */
const fieldName = text(
  /^(?!(?:model|stream)$)[a-z_][a-z0-9_]{0,63}$/i,
  'a name of letters, digits and underscores other than model and stream, such as top_k',
);

/** Names of fields; an empty list is for none at all. */
export const fieldNames: Reader<string[]> = (value) => {
  const names = json(value);
  if (!Array.isArray(names)) throw new Misfit('must be a list of field names, such as ["top_k", "min_p"], or []');
  return names.map((name: unknown) => fieldName(typeof name === 'string' ? name : JSON.stringify(name)));
};
