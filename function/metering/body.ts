import { isObject } from '../dialects/json.ts';

/** A request's body as it is counted. */
export interface CountedBody {
  /** Bytes of the whole text. */
  readonly size: number;
  /** None where the body is no JSON object: upstream refuses it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads a body as endpoints hold it: text, bytes, or an object with the `text` and the parsed `value`. Throws where an endpoint holds another. */
export function countedBody(body: unknown): CountedBody {
  if (typeof body === 'string') return { size: Buffer.byteLength(body), fields: parsed(body) };
  if (body instanceof Uint8Array) return { size: body.byteLength, fields: parsed(new TextDecoder().decode(body)) };
  const { text, value } = isObject(body) ? body : {};
  if (typeof text !== 'string' || !isObject(value)) throw new Error('a body was to be counted that is none');
  return { size: Buffer.byteLength(text), fields: value };
}

function parsed(text: string): CountedBody['fields'] {
  try {
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
