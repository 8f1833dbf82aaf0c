import { Misfit, quoted } from './values.ts';
import type { Reader } from './values.ts';

/** A name by itself, or a hierarchy of up to 15 levels that begins with a slash (PutParameter of SSM's service model). */
const NAME = /^(?:[A-Za-z0-9_.-]+|(?:\/[A-Za-z0-9_.-]+){1,15})$/;
/** What AWS keeps for itself, in any case of the letters. */
const RESERVED = /^\/?(?:aws|ssm)/i;
/** So that its ARN is not longer than 1,011 characters, which AWS takes at most. */
const LONGEST = 900;

/** The name of a parameter in the stack's own region and account. */
export const parameterName: Reader<string> = (value) => {
  if (value.startsWith('arn:')) throw new Misfit("must be the name of a parameter in the stack's account, not an ARN");
  if (value.length > LONGEST || !NAME.test(value) || RESERVED.test(value)) {
    throw new Misfit(
      `must be the name of an SSM parameter, such as /bedrock-gateway/models: letters, digits and _ . -, in up to 15 levels that each begin with a slash, and neither aws nor ssm first, not ${quoted(value)}`,
    );
  }
  return value;
};
