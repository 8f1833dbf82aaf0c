import { arn } from './arn.ts';
import { InvalidValue } from './values.ts';

/** A key by its ID: IAM compares the ARN in the rights of the functions, and does not look up the key behind an alias. */
const pattern = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;

/** Reads the ARN of a KMS key. Throws an InvalidValue for any other text. */
export const kmsKeyArn = arn('kms', (value) => {
  if (pattern.test(value)) return value;
  throw new InvalidValue('must be the ARN of a KMS key by its id (arn:aws:kms:…:key/…), not of an alias');
});
