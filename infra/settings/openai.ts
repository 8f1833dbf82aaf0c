import { arn } from './arn.ts';
import { InvalidValue, atPlace, json, readAll, scalar, text } from './values.ts';
import type { Reader } from './values.ts';

/** ARN of a secret with the six characters that Secrets Manager adds to its name: an IAM policy needs them. */
const secretArnPattern = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;

/**
 * Reads the ARN of the secret with the backend's key; the key itself is neither in the config nor in the state. Throws an
 * InvalidValue for any other text.
 */
export const secretArn = arn('secretsmanager', (value) => {
  // A key that was pasted here would be repeated in the message, and from there in a log.
  if (!value.startsWith('arn:'))
    throw new InvalidValue('must be the ARN of a secret in Secrets Manager, never the key itself');
  return text(
    secretArnPattern,
    "the whole ARN of a secret in Secrets Manager, the six characters at its name's end included",
  )(value);
});

/**
 * Reads the base URL of an OpenAI-compatible backend. Only https is accepted, since the key is sent there. Throws an InvalidValue
 * for any other text.
 */
export const baseUrl: Reader<string> = (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.protocol !== 'https:' || url.host === '') {
    throw new InvalidValue('must be a URL that begins with https://, such as https://api.openai.com/v1');
  }
  if (url.username !== '' || url.password !== '' || value.includes('?') || value.includes('#')) {
    throw new InvalidValue('must be a URL without user, password, query and fragment');
  }
  return value.replace(/\/+$/, '');
};

/**
 * Reads the name of a JSON field. Hyphens are refused, since only the stack sets `amazon-bedrock-…` fields. So are `model` and
 * `stream` in any case of the letters: the gateway sets them, and some servers ignore the case.
 */
const fieldName = text(
  /^(?!(?:model|stream)$)[a-z_][a-z0-9_]{0,63}$/i,
  'a name of letters, digits and underscores other than model and stream, such as top_k',
);

/** Reads a list of field names, which may be empty. Throws an InvalidValue for any other text. */
export const fieldNames: Reader<string[]> = (value) => {
  const names = json(value);
  if (!Array.isArray(names)) throw new InvalidValue('must be a list of field names, such as ["top_k", "min_p"], or []');
  return readAll(names, (name: unknown, index) => atPlace(`[${index}]`, () => fieldName(scalar(name))));
};
