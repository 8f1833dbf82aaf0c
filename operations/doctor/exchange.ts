import { request as requestHttp, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { performance } from 'node:perf_hooks';

/** Bytes of an answer that are read; a longer one is an error. */
const maxAnswerBytes = 8 * 1_024 ** 2;

/** Milliseconds without any byte after which a call is given up. */
const silenceMs = 60_000;

/** A request of the doctor. */
export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Sent as a bearer token; absent: the request has no key. */
  readonly key?: string | undefined;
  /** Sent as JSON. */
  readonly body?: object;
}

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What of the body was read when, in milliseconds of the same clock as `sent`. */
  readonly pieces: readonly Piece[];
  /** When the request was sent. */
  readonly sent: number;
}

/** What was read from the connection at once. */
export interface Piece {
  readonly at: number;
  readonly text: string;
}

/** A clock in milliseconds, whose zero does not matter. */
export type Stopwatch = () => number;

/**
 * Sends a request and reads its answer to the end, whatever its status. Redirects are not followed: the key stays with its server.
 * Rejects with Node's error if the connection fails, ends early or is silent for a minute, and for more than 8 MB.
 */
export async function exchange(question: Question, stopwatch: Stopwatch = () => performance.now()): Promise<Answer> {
  const sent = stopwatch();
  const incoming = await answerTo(question);
  const pieces = await read(incoming, stopwatch);
  const { statusCode: status = 0, headers } = incoming;
  return { status, headers, text: pieces.map(({ text }) => text).join(''), pieces, sent };
}

function answerTo(question: Question): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = open(question, resolve);
    call.on('error', reject);
    call.setTimeout(silenceMs, () => call.destroy(new Error(`no byte for ${silenceMs / 1_000} s`)));
    call.end(question.body === undefined ? undefined : JSON.stringify(question.body));
  });
}

function open({ method, url, key, body }: Question, answered: (incoming: IncomingMessage) => void): ClientRequest {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const headers = {
    accept: 'application/json, text/event-stream',
    'user-agent': 'bedrock-gateway-doctor',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  // A connection of its own for each request: a kept one would hide that new ones fail.
  return request(url, { method, headers, agent: false }, answered);
}

async function read(incoming: IncomingMessage, stopwatch: Stopwatch): Promise<Piece[]> {
  const decoder = new TextDecoder();
  const pieces: Piece[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error('an answer of more than 8 MB');
    pieces.push({ at: stopwatch(), text: decoder.decode(chunk, { stream: true }) });
  }
  return pieces;
}
