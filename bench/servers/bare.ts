// The least that a Lambda function between the two dialects can do: parse the event, call Bedrock by node:https over a
// kept-alive connection, rebuild the answer. Exports what the gateway's bundle exports.
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { chunkReader, completion, converse, conversePath, streamEnd, type Chat } from './chat-converse.ts';
import { whole } from './listen.ts';

interface Event {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const { hostname, port } = new URL(process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'] ?? '');
const agent = new https.Agent({ keepAlive: true });

/** Answers an event of an HTTP API. */
export async function buffered({ headers, body }: Event): Promise<object> {
  const chat = JSON.parse(body) as Chat;
  const text = await textOf(await call(chat, headers));
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: completion(text, chat.model) };
}

/** Answers an event of a REST API. */
export const streaming = awslambda.streamifyResponse(async ({ headers, body }: Event, stream: Writable) => {
  const chat = JSON.parse(body) as Chat;
  const incoming = await call(chat, headers);
  const type = chat.stream === true ? 'text/event-stream' : 'application/json';
  const output = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { 'content-type': type } });
  if (chat.stream !== true) {
    output.write(completion(await textOf(incoming), chat.model));
    output.end();
    return;
  }
  const read = chunkReader(chat.model);
  await eachPiece(incoming, (bytes) => output.write(read(bytes)));
  output.end(streamEnd);
});

function call(chat: Chat, { authorization = '' }: Event['headers']): Promise<IncomingMessage> {
  const body = converse(chat);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization,
  };
  return new Promise((resolve, reject) => {
    const outgoing = https.request({ hostname, port, agent, method: 'POST', path: conversePath(chat), headers });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  await eachPiece(incoming, (chunk) => chunks.push(chunk));
  return whole(chunks).toString();
}

function eachPiece(incoming: IncomingMessage, take: (bytes: Buffer) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    incoming.on('data', take);
    incoming.once('end', resolve);
    incoming.once('error', reject);
  });
}
