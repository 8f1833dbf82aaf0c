import type { Catalog } from '../../function/catalog/catalog.ts';
import { arnFlaw } from './arn.ts';
import { InvalidValue, json, fields, scalar, text, together } from './values.ts';
import type { Reader } from './values.ts';

/** Bedrock's GuardrailIdentifier: an id or an ARN. */
const identifierPattern = /^([a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]{1,20}:\d{12}:guardrail\/[a-z0-9]+)$/;
/** Bedrock's GuardrailVersion. */
const versionPattern = /^([1-9]\d{0,7}|DRAFT)$/;

/** Reads the stack's own guardrail. */
export const guardrail: Reader<NonNullable<Catalog['guardrail']>> = (value) => {
  const values = fields(json(value), { required: ['identifier', 'version'], optional: [] });
  return together({
    identifier: () => identifier(scalar(values.get('identifier'))),
    // YAML makes a number of a version.
    version: () =>
      text(versionPattern, 'a map whose version is the number of one, or DRAFT')(scalar(values.get('version'))),
  });
};

function identifier(value: string): string {
  const read = text(identifierPattern, 'a map whose identifier is the id or ARN of a guardrail')(value);
  const flaw = read.startsWith('arn:') ? arnFlaw(read) : undefined;
  if (flaw === undefined) return read;
  throw new InvalidValue(`has an identifier that ${flaw}`, { example: '--path guardrail.identifier <id or ARN>' });
}
