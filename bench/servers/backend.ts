// Bedrock's runtime as far as a benchmark needs it: it answers at once, with bytes made beforehand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { streamedAnswer, wholeAnswer } from '../frames.ts';
import { answerOf, faultOf } from '../payloads.ts';
import { listen } from './listen.ts';

interface Prepared {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  /** Bytes after which the connection breaks, where it does. */
  readonly breaksAt?: number;
}

const prepared = new Map<string, Prepared>();

/** Made at the first request of each kind, which no measurement counts. */
function answer(url: string): Prepared {
  const known = prepared.get(url);
  if (known) return known;
  const [, , name = '', operation] = decodeURIComponent(url).split('/');
  const made = withFault(name, operation === 'converse-stream' ? streamed(name) : whole(name));
  prepared.set(url, made);
  return made;
}

function streamed(name: string): Prepared {
  const headers = { 'content-type': 'application/vnd.amazon.eventstream', 'transfer-encoding': 'chunked' };
  return { status: 200, headers, body: streamedAnswer(answerOf(name)) };
}

function whole(name: string): Prepared {
  const body = wholeAnswer(answerOf(name));
  return { status: 200, headers: { 'content-type': 'application/json', 'content-length': body.byteLength }, body };
}

/** What Bedrock says to a caller whose quota is used up. */
const throttled: Prepared = {
  status: 429,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ThrottlingException' },
  body: Buffer.from(JSON.stringify({ message: 'Too many requests, please wait before trying again.' })),
};

function withFault(name: string, made: Prepared): Prepared {
  const fault = faultOf(name);
  if (fault === 'throttled') return throttled;
  if (fault === 'cut') return { ...made, breaksAt: made.body.byteLength / 2 };
  return fault === 'reset' ? { ...made, breaksAt: 0 } : made;
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body, breaksAt } = answer(request.url ?? '');
  request.resume();
  request.once('end', () => {
    if (breaksAt === 0) {
      response.destroy();
      return;
    }
    response.writeHead(status, headers);
    if (breaksAt === undefined) response.end(body);
    else response.write(body.subarray(0, breaksAt), () => response.destroy());
  });
}

const { CERTIFICATE: cert, PRIVATE_KEY: key } = process.env;
if (cert !== undefined && key !== undefined) listen(createTlsServer({ cert, key }, serve), 'https');
else listen(createServer(serve));
