import { isMediaType, objectOf, unexpectedAnswer } from './answers.ts';
import type { JsonObject } from './json.ts';
import { exchange, pieces, restarting, type Request } from './send.ts';
import type { Connection } from './settings.ts';
import { timeLimit } from './time-limit.ts';

/** Parameters of a query; a list is written as its name repeated, and what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The gateway. Every call rejects with the Failure that says what went wrong, and never quotes the key. */
export interface Api {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly get: (path: string, query?: Query) => Promise<JsonObject>;
  readonly post: (path: string, body?: object) => Promise<JsonObject>;
  readonly remove: (path: string) => Promise<JsonObject>;
  /** Sends a form, such as one with a file. */
  readonly postForm: (path: string, form: FormData) => Promise<JsonObject>;
  /** The pieces of a streamed answer, as they come. */
  readonly stream: (path: string, body: object) => AsyncIterable<Uint8Array>;
  /** The bytes of a stored file, as they come, also from the place that an answer redirects to. */
  readonly download: (path: string) => AsyncIterable<Uint8Array>;
  /** Sends a model request whose body is a stored file. Resolves to undefined where the answer was a stream, which `readEvents` has read. */
  readonly postStored: (path: string, stored: StoredRequest) => Promise<JsonObject | undefined>;
}

/** The body of a model request, and who reads the pieces of its answer if that is a stream of server-sent events. */
export interface StoredRequest {
  readonly fileId: string;
  readonly readEvents: (pieces: AsyncIterable<Uint8Array>) => Promise<void>;
}

/** Milliseconds that an answer may take as a whole. */
const usualTimeoutMs = 60_000;

/** Milliseconds that a model may be silent: a gateway sends a sign of life at least once a minute. Files may take as long. */
const usualSilenceMs = 300_000;

/** Where chats are asked for, below the base URL. */
export const chatPath = '/chat/completions';

/** The gateway at a connection. */
export function createApi(connection: Connection): Api {
  const asked = (request: Request, usualMs: number) => ({
    connection,
    request,
    limit: timeLimit(connection.timeoutMs ?? usualMs),
  });
  const call = (request: Request, usualMs = usualTimeoutMs): Promise<JsonObject> =>
    exchange(asked(request, usualMs), (response) => objectOf(response, response.body ?? []));

  return {
    baseUrl: connection.baseUrl,
    get: (path, query = {}) => call({ method: 'GET', path: path + queryOf(query) }),
    post: (path, body) => call({ method: 'POST', path, body }, path === chatPath ? usualSilenceMs : usualTimeoutMs),
    remove: (path) => call({ method: 'DELETE', path }),
    postForm: (path, body) => call({ method: 'POST', path, body }, usualSilenceMs),
    stream: (path, body) => pieces(asked({ method: 'POST', path, body }, usualSilenceMs), checkEvents),
    download: (path) => pieces(asked({ method: 'GET', path, isRedirectable: true }, usualSilenceMs), () => undefined),
    postStored(path, { fileId, readEvents }) {
      const sent = asked({ method: 'POST', path, fileId }, usualSilenceMs);
      return exchange(sent, async (response) => {
        const body = restarting(response, sent.limit);
        if (!isEvents(response)) return await objectOf(response, body);
        await readEvents(body);
        return undefined;
      });
    },
  };
}

function isEvents(response: Response): boolean {
  return isMediaType(response, 'text/event-stream');
}

function checkEvents(response: Response): void {
  if (!isEvents(response)) throw unexpectedAnswer(response);
}

function queryOf(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) if (each !== undefined) parameters.append(name, String(each));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
