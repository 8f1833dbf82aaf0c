import type { ClientRequest, IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';

/** Downloads a JSON document that an issuer publishes: its keys, or its metadata. Rejects with a DocumentProblem. */
export type FetchDocument = (uri: string) => Promise<ArrayBuffer>;

/** Why there is no document, as the end of a sentence that begins with the server. */
export class DocumentProblem extends Error {
  /** The HTTP status of the answer; undefined where there was none in time. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** How the server is reached, and for how long it is waited for; both have defaults. */
export interface FetchOptions {
  readonly request?: (uri: string, options: RequestOptions) => ClientRequest;
  readonly timeoutMs?: number;
}

/** From the first lookup to the last byte. Callers wait for it. */
const defaultTimeoutMs = 3_000;

/** Some tens of times what the large identity providers publish. */
const maxBytes = 256 * 1024;

/** Headers of every download. They carry nothing of the caller's. */
const headers = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'bedrock-gateway' };

/**
 * Makes the download of issuers' documents. The address is the config's, so that it may be a private one unless `request` refuses it;
 * redirects are not followed, so that nobody else chooses another.
 */
export function createFetchDocument({
  request = https.request,
  timeoutMs = defaultTimeoutMs,
}: FetchOptions = {}): FetchDocument {
  return async (uri) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      // A connection of its own: the next download is minutes away.
      const response = await answerOf(request(uri, { headers, signal, agent: false }));
      return await contentOf(response);
    } catch (error) {
      if (signal.aborted) throw new DocumentProblem(`did not answer within ${timeoutMs / 1_000} seconds`);
      throw error instanceof DocumentProblem ? error : new DocumentProblem(`could not be reached${codeOf(error)}`);
    }
  };
}

function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    // Stays: an error after the head must not end the process; the body's reader sees it as well.
    outgoing.on('error', reject);
    // After a 101 Node emits neither a response nor an error: it just closes.
    outgoing.once('close', () => reject(new Error('no answer')));
    outgoing.end();
  });
}

async function contentOf(response: IncomingMessage): Promise<ArrayBuffer> {
  try {
    const { statusCode } = response;
    if (statusCode !== 200) throw new DocumentProblem(`answered with status ${statusCode}`, statusCode);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response) {
      size += chunk.length;
      if (size > maxBytes) throw new DocumentProblem(`sent more than ${maxBytes} bytes`, statusCode);
      chunks.push(chunk);
    }
    return new Uint8Array(Buffer.concat(chunks)).buffer;
  } finally {
    response.destroy();
  }
}

/** Node's word for a network error, such as ENOTFOUND. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,64}$/.test(code) ? ` (${code})` : '';
}
