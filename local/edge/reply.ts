import { isObject } from '../json.ts';
import { isGone, sendHead, write, type Outgoing } from './exchange.ts';

/** A header as a pair, its name in any case. */
export type Header = readonly [name: string, value: string];

/** An answer that is whole. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string | Buffer;
}

/** The form in which API Gateway speaks for itself. */
export function ownMessage(status: number, message: string): Reply {
  return { status, headers: [['content-type', 'application/json']], body: JSON.stringify({ message }) };
}

/** Sends a whole answer, unless its client has gone. */
export function send(response: Outgoing, { status, headers, body }: Reply): void {
  if (isGone(response)) return;
  writeHead(response, { status, headers: [...headers, ['content-length', String(Buffer.byteLength(body))]] });
  if (body.length > 0) write(response, body);
  response.end();
}

/** Names that come twice, `set-cookie` above all, are sent twice. */
export function writeHead(response: Outgoing, { status, headers }: Omit<Reply, 'body'>): void {
  // Those of an answer that could not be begun.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  for (const [name, value] of headers) response.appendHeader(name, value);
  sendHead(response, status);
}

/** What a function may not say about the connection, since the edge makes one of its own. */
const connectionHeaders = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** Headers as a function gives them: a map of single values, one of lists, and a list of cookies. */
export function functionHeaders(given: Readonly<Record<string, unknown>>): Header[] {
  const many = Object.entries(members(given['multiValueHeaders'])).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : []).map((value): Header => [name, String(value)]),
  );
  const listed = new Set(many.map(([name]) => name.toLowerCase()));
  const single = Object.entries(members(given['headers']))
    .filter(([name]) => !listed.has(name.toLowerCase()))
    .map(([name, value]): Header => [name, String(value)]);
  const cookies = (Array.isArray(given['cookies']) ? given['cookies'] : []).map((cookie): Header => [
    'set-cookie',
    String(cookie),
  ]);
  return [...single, ...many, ...cookies].filter(([name]) => !connectionHeaders.has(name.toLowerCase()));
}

/** A status that HTTP knows. */
export function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599;
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
