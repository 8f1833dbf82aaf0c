import { randomBytes } from 'node:crypto';
import { Http2ServerRequest } from 'node:http2';
import type { Incoming } from './exchange.ts';
import type { Header } from './reply.ts';

/** Limit of both kinds of API for a body. */
const maxBodyBytes = 10 * 1024 * 1024;
/** Limit of both kinds of API for the request line and the headers together. */
export const maxHeadBytes = 10_240;

/** A request before its body. */
export interface Head {
  readonly method: string;
  /** Path as it was sent. */
  readonly path: string;
  /** Query as it was sent, without the question mark. */
  readonly query: string;
  /** Headers as they were sent, in order, and those that the edge adds. */
  readonly headers: readonly Header[];
  /** Size of the request line and of the headers that were sent. */
  readonly bytes: number;
  readonly sourceIp: string;
  readonly protocol: string;
  /** When it came, in milliseconds since the epoch. */
  readonly time: number;
}

/** What belongs to the connection, and not to the request. */
const hopByHopHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding']);

/** Reads everything of a request but its body. */
export function readHead(request: Incoming): Head {
  const { method = 'GET', url = '/', httpVersion } = request;
  const sent = sentHeaders(request);
  const { path, query } = parts(url);
  const time = Date.now();
  const sourceIp = (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  return {
    method,
    path,
    query,
    headers: [...sent.filter(([name]) => !hopByHopHeaders.has(name.toLowerCase())), ...added(sent, { sourceIp, time })],
    bytes: size(`${method} ${url} HTTP/${httpVersion}`, sent),
    sourceIp,
    protocol: `HTTP/${httpVersion}`,
    time,
  };
}

/** The body, or undefined when it is larger than either kind of API takes; what is left of it then goes nowhere. */
export async function readBody(request: Incoming): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of whole(request)) {
    bytes += chunk.byteLength;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks);
}

/** A client that has gone away while it sent its body. */
export class ClientGone extends Error {}

/** The chunks of a body that comes to its end. */
async function* whole(request: Incoming): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of request) if (chunk instanceof Buffer) yield chunk;
  } catch (error) {
    throw new ClientGone('in its body', { cause: error });
  }
  // The body of a stream that is reset just ends.
  if (request instanceof Http2ServerRequest && request.aborted) throw new ClientGone('in its body');
}

/** The last value of a header, whatever the case of its name. */
export function header(headers: readonly Header[], name: string): string | undefined {
  return headers.findLast(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

/** `12/Mar/2026:19:03:58 +0000`, as access logs write it. */
export function logTime(time: number): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

function pairs(raw: readonly string[]): Header[] {
  return raw.flatMap((name, index): Header[] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));
}

/** HTTP/2 has the host and the request line among its headers, and may send a cookie in parts (RFC 9113, 8.2.3 and 8.3.1). */
function sentHeaders(request: Incoming): Header[] {
  const sent = pairs(request.rawHeaders);
  if (!(request instanceof Http2ServerRequest)) return sent;
  const host = header(sent, ':authority');
  const cookies = sent.filter(([name]) => name === 'cookie').map(([, value]) => value);
  return [
    ...(host === undefined ? [] : ([['Host', host]] as const)),
    ...sent.filter(([name]) => !(name.startsWith(':') || name === 'cookie' || (name === 'host' && host !== undefined))),
    ...(cookies.length > 0 ? ([['cookie', cookies.join('; ')]] as const) : []),
  ];
}

/** The target of a request line, which may be a whole URL. */
function parts(url: string): { path: string; query: string } {
  const relative = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  const [, path = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(relative) ?? [];
  return { path: path === '' ? '/' : path, query };
}

function added(sent: readonly Header[], { sourceIp, time }: { sourceIp: string; time: number }): Header[] {
  const before = header(sent, 'x-forwarded-for');
  const trace = `Root=1-${Math.floor(time / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const all: Header[] = [
    ['X-Amzn-Trace-Id', trace],
    ['X-Forwarded-For', before === undefined ? sourceIp : `${before}, ${sourceIp}`],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
  return all;
}

/** Bytes on the wire: each line with its end, a name with colon and space. */
function size(line: string, headers: readonly Header[]): number {
  const lines = [line, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return lines.reduce((bytes, text) => bytes + Buffer.byteLength(text, 'latin1') + 2, 0);
}
