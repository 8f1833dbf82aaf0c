import type { StackLimits } from '../../function/metering/limits.ts';
import type { ConfigValues } from './config-values.ts';
import { removeAdvice, removeCommand, setAdvice } from './rule.ts';
import type { Rule } from './rule.ts';
import { InvalidValue, atPlace, fields, json, oneOf, scalar, wholeNumber } from './values.ts';
import type { Reader } from './values.ts';

type RateLimit = NonNullable<StackLimits['perKey']>;

/** The number that stands for no limit, as in OpenAI's API. */
const unlimited = 2_147_483_647;

const rateFields = ['requestsPerMinute', 'tokensPerMinute', 'requestsPerDay'] as const;
const whenDown = oneOf(['closed', 'open']);
const limited = ['perKey', 'perJwtCaller'] as const;

/** Reads the limits of keys and of callers with JWTs. Throws an InvalidValue for any other text. */
export const limits: Reader<StackLimits> = (value) => {
  const values = fields(json(value), { required: [], optional: [...limited, 'whenUnavailable'] });
  const read: { -readonly [Name in keyof StackLimits]: StackLimits[Name] } = {};
  for (const name of limited) {
    if (values.has(name)) read[name] = at(`.${name}`, () => rateLimit(values.get(name), name));
  }
  if (values.has('whenUnavailable'))
    read.whenUnavailable = at('.whenUnavailable', () => whenDown(scalar(values.get('whenUnavailable'))));
  return read;
};

/** Whether requests are counted, so that the stack has a usage table: where there are projects, or callers with limits. */
export function countsUsage({ gatewayKeys, limits: { perJwtCaller } }: Pick<ConfigValues, 'gatewayKeys' | 'limits'>) {
  return gatewayKeys || perJwtCaller !== undefined;
}

/** Rules between limits and other keys of the config. */
export function limitRules(values: ConfigValues): Rule[] {
  const { gatewayKeys, jwt, isSet, limits: set } = values;
  const isAlone = isSet('limits') && set.perKey === undefined && set.perJwtCaller === undefined;
  return [
    [
      set.perKey !== undefined && !gatewayKeys,
      `limits has perKey, which limits gateway keys, and gatewayKeys is not true. Remove it with: ${removeCommand("--path 'limits.perKey'")}`,
    ],
    [
      set.perJwtCaller !== undefined && jwt.length === 0,
      `limits has perJwtCaller, which limits callers with tokens of an issuer, and jwt names none. Remove it with: ${removeCommand("--path 'limits.perJwtCaller'")}`,
    ],
    [
      isAlone && !gatewayKeys,
      `limits limits nothing: it has neither perKey nor perJwtCaller, and without gatewayKeys there are no other limits. ${removeAdvice('limits')}. Or: ${setAdvice('--path limits.perJwtCaller.requestsPerMinute 60')}`,
    ],
  ];
}

function rateLimit(value: unknown, name: string): RateLimit {
  const values = fields(value, { required: [], optional: rateFields });
  if (values.size === 0)
    throw new InvalidValue(`has no limit: it takes ${rateFields.join(', ')}`, {
      example: `--path limits.${name}.requestsPerMinute 60`,
    });
  const read: Partial<Record<(typeof rateFields)[number], number>> = {};
  for (const field of rateFields) {
    if (!values.has(field)) continue;
    const limit = at(`.${field}`, () => wholeNumber(1, unlimited)(scalar(values.get(field))));
    if (limit < unlimited) read[field] = limit;
  }
  return read;
}

/** Reads a part of the map. The command that fixes it sets that part. */
function at<T>(place: string, read: () => T): T {
  return atPlace(place, read, `has a value at ${place.slice(1)} that `);
}
