import type { Answer } from './exchange.ts';

/** Characters of a server's message that are shown. */
const maxMessageLength = 300;

/** An object of a JSON document. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object that is no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object of a body; an empty one if the body is something else. */
export function fieldsOf({ text }: Pick<Answer, 'text'>): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/** The status of a refusal with its message: OpenAI's error object, or AWS's, if the body has one. */
export function refusalText(answer: Pick<Answer, 'status' | 'text'>): string {
  const fields = fieldsOf(answer);
  const error = isFields(fields['error']) ? fields['error'] : fields;
  const message = error['message'];
  if (typeof message === 'string') return `${answer.status}: ${message.slice(0, maxMessageLength)}`;
  return `${answer.status}, without a message of the gateway`;
}

/** Whether a body is an error object of the gateway. */
export function isGatewayError(answer: Pick<Answer, 'text'>): boolean {
  const { error } = fieldsOf(answer);
  return isFields(error) && typeof error['message'] === 'string';
}

/** The code of an error of the network or of TLS, such as ECONNREFUSED, or its message if it has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A host with several addresses fails with the errors of all of them.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const code = 'code' in error ? error.code : first instanceof Error && 'code' in first ? first.code : undefined;
  return typeof code === 'string' ? code : error.message;
}
