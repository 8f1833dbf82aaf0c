import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createMcpHandler, isJsonContentType } from '@modelcontextprotocol/server';
import type { HttpHeaders, HttpRequest, HttpResponse } from '../http-values.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { wrongMethod } from '../pipeline/unknown-url.ts';
import { readMessages } from './messages.ts';
import { mcpServer } from './server.ts';

/**
 * The MCP server (Streamable HTTP): each request is served by a server of its own, and nothing is kept between two. The SDK serves the
 * stateless revision 2026-07-28 and the handshakes before it, and answers 415, 406 and the refusals of both itself.
 */
export const mcp: Handler = {
  async run(context) {
    const { request, entry } = context;
    if (request.method !== 'POST') throw wrongMethod(['POST']);
    const sdk = createMcpHandler(() => mcpServer(context), { onerror: ({ name }) => void (entry.error ??= name) });
    if (!isJsonContentType(request.headers.get('content-type'))) return answerOf(await sdk.fetch(webRequest(request)));
    const messages = readMessages(request);
    if ('refusal' in messages) {
      entry.error ??= 'invalid_message';
      return messages.refusal;
    }
    return answerOf(await sdk.fetch(webRequest(request), { parsedBody: messages.body }));
  },
};

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
