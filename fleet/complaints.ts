import type { ErrorObject } from 'ajv';
import { closest, distance } from 'fastest-levenshtein';

import type { Problem } from './fleet-file.ts';

/** A violation of the schema as a problem with its fix; undefined for one that only repeats another. */
export function complaint(error: ErrorObject): Problem | undefined {
  const at = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (error.keyword === 'additionalProperties') return unknownKey(at, error);
  // Its own message comes from the rule for names.
  if (error.keyword === 'propertyNames') return undefined;
  if (error.propertyName !== undefined)
    return {
      at: [...at, error.propertyName],
      text: `is no valid name: it must match ${String(error.params['pattern'])}`,
    };
  const description: unknown = error.parentSchema?.['description'];
  return { at, text: `${reason(error)}${typeof description === 'string' ? `: ${description}` : ''}` };
}

function unknownKey(at: readonly string[], { params, parentSchema }: ErrorObject): Problem {
  const name = String(params['additionalProperty']);
  const properties: unknown = parentSchema?.['properties'];
  const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const near = closest(
    name.toLowerCase(),
    known.map((each) => each.toLowerCase()),
  );
  const meant = known.find((each) => each.toLowerCase() === near);
  const isNear = meant !== undefined && distance(name.toLowerCase(), near) <= Math.max(2, name.length / 3);
  const advice = isNear ? `did you mean ${meant}?` : `the keys here are ${known.join(', ')}`;
  return { at: [...at, name], text: `is no key: ${advice}` };
}

/** What is wrong, without the value itself: it may be a key that was pasted into the wrong place. */
function reason({ keyword, params, message = '' }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return `lacks ${String(params['missingProperty'])}`;
    case 'enum':
      return `must be one of ${[params['allowedValues']].flat().map(String).join(', ')}`;
    case 'type':
      return `must be ${[params['type']].flat().map(String).join(' or ')}`;
    case 'minItems':
    case 'minProperties':
      return 'must not be empty';
    case 'uniqueItems':
      return 'names an entry twice';
    default:
      return message;
  }
}
