import type { Catalog } from '../../function/catalog/catalog.ts';
import { json, fields, scalar, text } from './values.ts';
import type { Reader } from './values.ts';

/** Bedrock's GuardrailIdentifier: an id or an ARN. */
const identifierPattern = /^([a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/;
/** Bedrock's GuardrailVersion. */
const versionPattern = /^([1-9]\d{0,7}|DRAFT)$/;

/** Reads the stack's own guardrail. */
export const guardrail: Reader<NonNullable<Catalog['guardrail']>> = (value) => {
  const values = fields(json(value), { required: ['identifier', 'version'], optional: [] });
  return {
    identifier: text(
      identifierPattern,
      'a map whose identifier is the id or ARN of a guardrail',
    )(scalar(values.get('identifier'))),
    // YAML makes a number of a version.
    version: text(versionPattern, 'a map whose version is the number of one, or DRAFT')(scalar(values.get('version'))),
  };
};
