import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createMcpHandler, isJsonContentType } from '@modelcontextprotocol/server';
import type { HttpHeaders, HttpRequest, HttpResponse } from '../http-values.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import type { RequestContext } from '../request-context.ts';
import { wrongMethod } from '../pipeline/unknown-url.ts';
import { type CancellableCalls, cancellableCalls } from './cancellation.ts';
import { readMessages } from './messages.ts';
import { createRunningCalls } from './running-calls.ts';
import { mcpServer } from './server.ts';

/**
 * The MCP server (Streamable HTTP): each request is served by a server of its own, and nothing is kept between two. The SDK serves the
 * stateless revision 2026-07-28 and the handshakes before it, and answers 415, 406 and the refusals of both itself.
 */
export const mcp: Handler = {
  async run(context) {
    const { request, entry } = context;
    if (request.method !== 'POST') throw wrongMethod(['POST']);
    if (!isJsonContentType(request.headers.get('content-type'))) return serve(context, noCalls);
    const read = readMessages(request);
    if ('refusal' in read) {
      entry.error ??= 'invalid_message';
      return read.refusal;
    }
    const calls = cancellableCalls(read.messages, context, running);
    return serve(context, calls, read.isBatch ? calls.messages : calls.messages[0]);
  },
};

/** What runs in this environment. */
const running = createRunningCalls();

/** The calls of a request that has none. */
const noCalls: Pick<CancellableCalls, 'signalOf' | 'end'> = { signalOf: () => undefined, end: () => {} };

/** Lets the SDK answer. The calls are over when the answer is. */
async function serve(
  context: RequestContext,
  { signalOf, end }: Pick<CancellableCalls, 'signalOf' | 'end'>,
  parsedBody?: unknown,
): Promise<HttpResponse> {
  const { request, entry } = context;
  const onerror = ({ name }: Error) => void (entry.error ??= name);
  const sdk = createMcpHandler(() => mcpServer(context, signalOf), { onerror });
  let isStream = false;
  try {
    const answer = await answerOf(await sdk.fetch(webRequest(request), { parsedBody }));
    const { body } = answer;
    if (typeof body !== 'function') return answer;
    isStream = true;
    return { ...answer, body: (output) => body(output).finally(end) };
  } finally {
    if (!isStream) end();
  }
}

/** The SDK reads headers and the signal. The address does not matter to it, and the body is handed over parsed. */
function webRequest({ headers, signal }: HttpRequest): Request {
  return new Request('https://mcp.invalid/mcp', {
    method: 'POST',
    headers: Object.fromEntries(readHeaders(headers)),
    ...(signal && { signal }),
  });
}

/** Headers that MCP gives a meaning. The key is none of them. */
function readHeaders(headers: HttpHeaders): [string, string][] {
  return [...headers].filter(([name]) => name === 'accept' || name === 'content-type' || name.startsWith('mcp-'));
}

/** Headers of the SDK's responses that clients look at. */
const sentHeaders = ['content-type', 'cache-control', 'allow'] as const;

async function answerOf(response: Response): Promise<HttpResponse> {
  const { status, body } = response;
  const headers = Object.fromEntries(
    sentHeaders.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
  if (body === null || !isStream) return { status, headers, body: await response.text() };
  return { status, headers, body: (output) => pipe(body, output) };
}

/** A client that is gone closes the output: then the SDK's stream is cancelled, and with it the calls that it waits for. */
async function pipe(body: ReadableStream<Uint8Array>, output: Writable): Promise<void> {
  try {
    await pipeline(Readable.from(body), output);
  } catch {
    // The output has closed: nobody is left to be told.
  }
}
