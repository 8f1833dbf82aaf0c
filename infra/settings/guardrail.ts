import type { Catalog } from '../../function/catalog/catalog.ts';
import { json, members, scalar, text } from './values.ts';
import type { Reader } from './values.ts';

/** GuardrailIdentifier and GuardrailVersion of Bedrock's service model. */
const IDENTIFIER = /^([a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/;
const VERSION = /^([1-9]\d{0,7}|DRAFT)$/;

/** The stack's own guardrail. */
export const guardrail: Reader<NonNullable<Catalog['guardrail']>> = (value) => {
  const given = members(json(value), { required: ['identifier', 'version'], optional: [] });
  return {
    identifier: text(
      IDENTIFIER,
      'a map whose identifier is the id or ARN of a guardrail',
    )(scalar(given.get('identifier'))),
    // YAML reads a version as a number.
    version: text(VERSION, 'a map whose version is the number of one, or DRAFT')(scalar(given.get('version'))),
  };
};
