import { InvalidValue, quoted } from './values.ts';
import type { Reader } from './values.ts';

/** A name by itself, or a hierarchy of up to 15 levels that begins with a slash (PutParameter of SSM's service model). */
const namePattern = /^(?:[A-Za-z0-9_.-]+|(?:\/[A-Za-z0-9_.-]+){1,15})$/;
/** Beginnings of names that AWS reserves, in any case of the letters. */
const reservedPrefix = /^\/?(?:aws|ssm)/i;
/** Longest name in characters; its ARN must not be longer than 1,011. */
const maxNameLength = 900;

/** Reads the name of a parameter in the stack's own region and account. Throws an InvalidValue for any other text. */
export const parameterName: Reader<string> = (value) => {
  if (value.startsWith('arn:'))
    throw new InvalidValue("must be the name of a parameter in the stack's account, not an ARN");
  if (value.length > maxNameLength || !namePattern.test(value) || reservedPrefix.test(value)) {
    throw new InvalidValue(
      `must be the name of an SSM parameter, such as /bedrock-gateway/models: letters, digits and _ . -, in up to 15 levels that each begin with a slash, and neither aws nor ssm first, not ${quoted(value)}`,
    );
  }
  return value;
};
