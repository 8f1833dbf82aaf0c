import type { ErrorAnswer } from './body.ts';

/** Characters of an upstream message that are kept: enough for a sentence, not for a page. */
const maxMessageLength = 2_000;

/** The exception name of an error answer of an AWS REST-JSON service; undefined where it names none. */
export function exceptionName(
  { headers }: Pick<ErrorAnswer, 'headers'>,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  return errorTypeName(headers['x-amzn-errortype']) ?? errorTypeName(body['__type']) ?? errorTypeName(body['code']);
}

/** The bare name in an error type: `com.amazon.coral#ThrottlingException:http://…` → `ThrottlingException`. */
export function errorTypeName(type: unknown): string | undefined {
  if (typeof type !== 'string') return undefined;
  const name = type.split(':', 1).join('').split('#').pop()?.trim();
  return name !== undefined && /^[A-Za-z][\w.]{0,99}$/.test(name) ? name : undefined;
}

/** A text that is not blank, cut to the length of a sentence or two; undefined for any other value. */
export function sentenceOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, maxMessageLength) : undefined;
}
