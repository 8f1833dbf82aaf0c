import type { TokenPrice } from '../../function/catalog/catalog.ts';
import type { ConfigValues } from './config-values.ts';
import { checkUnsplit } from './holes.ts';
import { removeAdvice, removeCommand, shellWord } from './rule.ts';
import type { Rule } from './rule.ts';
import { isBedrockName, isTarget } from './targets.ts';
import { InvalidValue, atPlace, isObject, json, pathStep, quoted, readAll, scalar, mapOf, together } from './values.ts';
import type { Reader } from './values.ts';

/** Prices by the name of a model, or by target. */
type Prices = Readonly<Record<string, TokenPrice>>;

/** Fields of an entry; the first two are required. */
const priceFields = ['input', 'output', 'cacheRead', 'cacheWrite'];

/** USD per million tokens. Six decimals make whole numbers of 10⁻¹² USD per token. */
const pricePattern = /^(\d{1,5})(?:\.(\d{1,6}))?$/;

/** Reads prices of models. What says nothing of caches costs there what other input costs. Throws an InvalidValue for any other text. */
export const prices: Reader<Prices> = (text) => {
  const value = json(text);
  if (!isObject(value)) throw new InvalidValue('must be a map of model names or targets to prices');
  return Object.fromEntries(
    readAll(Object.entries(value), ([name, each]) => {
      checkUnsplit('prices', [name, each], priceFields);
      return [name, atPlace(`["${name}"]`, () => price(each), `has an entry ${quoted(name)} that `)];
    }),
  );
};

/** Rules between prices and other keys of the config. */
export function priceRules(values: ConfigValues): Rule[] {
  const { prices: all, models, modelsParameter, gatewayKeys, metrics, isSet } = values;
  const isUsed = gatewayKeys || metrics !== false;
  const unknown = Object.keys(all).filter(
    (name) => !Object.hasOwn(models, name) && !isTarget(name) && !isBedrockName(name),
  );
  return [
    [
      !isUsed && isSet('prices'),
      `prices says what requests cost, and nobody asks: metrics is false, and without gatewayKeys there are no projects. ${removeAdvice('prices')}`,
    ],
    ...unknown.map((name): Rule => [
      isUsed && modelsParameter === undefined,
      `prices names ${quoted(name)}, which is neither a name in models nor a target such as openai:gpt-4o. Remove it with: ${removeCommand(`--path ${shellWord(`prices${pathStep(name)}`)}`)}`,
    ]),
  ];
}

function price(value: unknown): TokenPrice {
  return mapOf(value, { required: priceFields.slice(0, 2), optional: priceFields.slice(2) }, (values) => {
    const amount = (field: string) => (): number => units(field, values.get(field));
    const { input, output, ...caches } = together({
      input: amount('input'),
      output: amount('output'),
      ...(values.has('cacheRead') && { cacheRead: amount('cacheRead') }),
      ...(values.has('cacheWrite') && { cacheWrite: amount('cacheWrite') }),
    });
    return { input, output, cacheRead: input, cacheWrite: input, ...caches };
  });
}

/** Whole 10⁻¹² USD per token, read digit by digit: 0.1 has no exact value as a number. */
function units(field: string, value: unknown): number {
  const text = scalar(value);
  const [, whole, decimals = ''] = pricePattern.exec(text) ?? [];
  if (whole !== undefined) return Number(whole + decimals.padEnd(6, '0'));
  throw new InvalidValue(
    `has the ${field} ${quoted(text)}: write USD per million tokens, such as 2.5, with at most six decimals`,
    { remove: `.${field}` },
  );
}
