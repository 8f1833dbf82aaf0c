// Bedrock's runtime as far as a benchmark needs it: it answers at once, with bytes made beforehand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { streamedAnswer, wholeAnswer } from '../frames.ts';
import { answerOf } from '../payloads.ts';
import { listen } from './listen.ts';

interface Prepared {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

const prepared = new Map<string, Prepared>();

/** Made at the first request of each kind, which no measurement counts. */
function answer(url: string): Prepared {
  const known = prepared.get(url);
  if (known) return known;
  const [, , name = '', operation] = decodeURIComponent(url).split('/');
  const made = operation === 'converse-stream' ? streamed(name) : whole(name);
  prepared.set(url, made);
  return made;
}

function streamed(name: string): Prepared {
  const headers = { 'content-type': 'application/vnd.amazon.eventstream', 'transfer-encoding': 'chunked' };
  return { headers, body: streamedAnswer(answerOf(name)) };
}

function whole(name: string): Prepared {
  const body = wholeAnswer(answerOf(name));
  return { headers: { 'content-type': 'application/json', 'content-length': body.byteLength }, body };
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const { headers, body } = answer(request.url ?? '');
  request.resume();
  request.once('end', () => {
    response.writeHead(200, headers);
    response.end(body);
  });
}

const { CERTIFICATE: cert, PRIVATE_KEY: key } = process.env;
if (cert !== undefined && key !== undefined) listen(createTlsServer({ cert, key }, serve), 'https');
else listen(createServer(serve));
