import type { ErrorAnswer } from './body.ts';

/** An upstream text is for a sentence in an error, not for a page of HTML. */
const maxMessageLength = 2_000;

/** The name of the exception that an error answer of a REST-JSON service of AWS is; undefined when it names none. */
export function exceptionName(
  { headers }: Pick<ErrorAnswer, 'headers'>,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  return typeName(headers['x-amzn-errortype']) ?? typeName(body['__type']) ?? typeName(body['code']);
}

/** `com.amazon.coral#ThrottlingException:http://…` → `ThrottlingException` */
export function typeName(type: unknown): string | undefined {
  if (typeof type !== 'string') return undefined;
  const name = type.split(':', 1).join('').split('#').pop()?.trim();
  return name !== undefined && /^[A-Za-z][\w.]{0,99}$/.test(name) ? name : undefined;
}

/** A text that says something, no longer than a sentence or two need. */
export function sentenceOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, maxMessageLength) : undefined;
}
