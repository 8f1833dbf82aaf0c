import type { StackLimits } from '../../function/metering/limits.ts';
import type { ConfigValues } from './config-values.ts';
import { removeAdvice, removeCommand, setAdvice } from './rule.ts';
import type { Rule } from './rule.ts';
import {
  InvalidValue,
  isObject,
  json,
  mapOf,
  oneOf,
  readAll,
  scalar,
  together,
  wholeNumber,
  within,
} from './values.ts';
import type { Reader } from './values.ts';

type RateLimit = NonNullable<StackLimits['perKey']>;

/** The number that stands for no limit, as in OpenAI's API. */
const unlimited = 2_147_483_647;

const rateFields = ['requestsPerMinute', 'tokensPerMinute', 'requestsPerDay'] as const;
const whenDown = oneOf(['closed', 'open']);
const rate = wholeNumber(1, unlimited);
const limited = ['perKey', 'perJwtCaller'] as const;

/** Reads the limits of keys and of callers with JWTs. Throws an InvalidValue for any other text. */
export const limits: Reader<StackLimits> = (value) => {
  return mapOf(json(value), { required: [], optional: [...limited, 'whenUnavailable'] }, readLimits);
};

function readLimits(values: ReadonlyMap<string, unknown>): StackLimits {
  const part = (name: (typeof limited)[number]) =>
    values.has(name) && { [name]: () => rateLimit(values.get(name), name) };
  return together({
    ...part('perKey'),
    ...part('perJwtCaller'),
    ...(values.has('whenUnavailable') && {
      whenUnavailable: () =>
        at('whenUnavailable', 'whenUnavailable open', () => whenDown(scalar(values.get('whenUnavailable')))),
    }),
  });
}

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
  return at(name, `${name}.requestsPerMinute 60`, () =>
    mapOf(value, { required: [], optional: rateFields }, (values) => {
      if (isObject(value) && Object.keys(value).length === 0)
        throw new InvalidValue(`has no limit: it takes ${rateFields.join(', ')}`);
      const read = readAll([...values], ([field, limit]): [string, number] => [
        field,
        within(
          () => rate(scalar(limit)),
          ({ message }) =>
            new InvalidValue(`has ${field}, which ${message}`, {
              place: `.${name}.${field}`,
              example: `--path limits.${name}.${field} 60`,
            }),
        ),
      ]);
      return Object.fromEntries(read.filter(([, each]) => each < unlimited));
    }),
  );
}

/** Reads a part of the map. `setting` is the end of a command that sets it. */
function at<T>(part: string, setting: string, read: () => T): T {
  return within(read, ({ message, fix }) => {
    const change = { place: `.${part}`, example: `--path limits.${setting}`, ...fix };
    return new InvalidValue(`has a value at ${part} that ${message}`, change);
  });
}
