import { label, maxLabels, stackLabel, userLabels } from '../../labels.ts';
import { invalid } from './refusal.ts';
import type { TranslationState } from './translation-state.ts';

/** What OpenAI takes: so many pairs, keys and values of so many characters. */
const openai = { pairs: 16, key: 64, value: 512 };
/** RequestMetadata of the service model. */
const keyShape = /^[a-zA-Z0-9\s:_@$#=/+,.-]{1,256}$/;
const valueShape = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

/**
 * `metadata` and `bedrock.requestMetadata`, which wins, as Bedrock's labels of the call; behind them who uses the application,
 * as far as there is room. What OpenAI refuses is refused; what only Bedrock cannot hold is left out and named: no app should
 * fail for the sake of a label.
 */
export function requestMetadata(state: TranslationState): Record<string, string> | undefined {
  const { request, context, ignored } = state;
  const labels = Object.entries(callersLabels(state));
  // What the stack pays has one more, which it alone sets.
  const free = context.stackPays === true ? labels.filter(([key]) => key !== stackLabel) : labels;
  const most = context.stackPays === true ? maxLabels - 1 : maxLabels;
  const all = new Map(free.slice(0, most));
  if (all.size < labels.length) ignored.add('metadata');
  for (const name of ['user', 'safety_identifier'] as const) {
    const value = label(request[name]);
    if (value === undefined) continue;
    const key = userLabels[name];
    if (!all.has(key) && all.size < most) all.set(key, value);
    if (all.get(key) !== value) ignored.add(name);
  }
  return all.size > 0 ? Object.fromEntries(all) : undefined;
}

function callersLabels({ request, ignored }: TranslationState): Record<string, string> {
  const own = Object.entries(request.metadata ?? {});
  if (own.length > openai.pairs) {
    const message = `Invalid 'metadata': too many properties. Expected an object with at most ${openai.pairs} properties.`;
    throw invalid('metadata', message, 'object_above_max_properties');
  }
  own.forEach(checkLengths);
  const held = own.filter(([key, value]) => keyShape.test(key) && valueShape.test(value));
  if (held.length < own.length) ignored.add('metadata');
  const all = Object.fromEntries([...held, ...Object.entries(request.bedrock?.requestMetadata ?? {})]);
  const count = Object.keys(all).length;
  if (count > maxLabels) {
    const message = `Together with 'metadata' these are ${count} pairs; Bedrock takes ${maxLabels}.`;
    throw invalid('bedrock.requestMetadata', message, 'object_above_max_properties');
  }
  return all;
}

function checkLengths([key, value]: readonly [string, string]): void {
  if (key.length > openai.key) throw tooLongError('metadata', openai.key);
  if (value.length > openai.value) throw tooLongError(`metadata.${key}`, openai.value);
}

function tooLongError(param: string, most: number): Error {
  const message = `Invalid '${param}': string too long. Expected at most ${most} characters.`;
  return invalid(param, message, 'string_above_max_length');
}
