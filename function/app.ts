import { authenticate } from './auth/authenticate.ts';
import { endpoints } from './endpoints/index.ts';
import type { Call, Endpoint, LogEntry, Services } from './request-context.ts';
import { refusal } from './pipeline/openai-client.ts';
import { inLogWords } from './log-words.ts';
import { canonicalPath } from './endpoints/paths.ts';
import { ApiError } from './errors.ts';
import { corsHeaders, preflight } from './http/cors.ts';
import { createRouter } from './http/router.ts';
import type { HttpRequest, HttpResponse } from './http-values.ts';
import type { App, Invocation } from './invocation.ts';

/** What is known of one request on its way to its route. */
interface Routing extends Pick<Call, 'request' | 'invocation' | 'entry' | 'logLater'> {
  /** In whose words an error is said: known once a route fits. */
  words: NonNullable<Endpoint['errors']>;
}

const route = createRouter(endpoints);

/**
 * Assembles the product. `current` is asked once for each request, which then sees the same names of models from its beginning
 * to its end. `log` gets one entry for each request, once its answer is over.
 */
export function createApp(current: () => Services, log: (entry: LogEntry) => void): App {
  const { config, now } = current();
  return async (request, invocation) => {
    const arrived = now();
    const entry = newEntry(request, invocation);
    const write = () => {
      entry.latencyMs = now() - arrived;
      if (entry.firstTokenMs !== undefined) entry.firstTokenMs -= arrived;
      log(inLogWords(entry));
    };
    // The answer, and a stream that outlives it or, broken at once, does not.
    let awaited = 1;
    const done = () => {
      awaited -= 1;
      if (awaited === 0) write();
    };
    const logLater = () => {
      awaited += 1;
      return done;
    };
    const routing: Routing = { request, invocation, entry, logLater, words: 'openai' };
    const { status, headers, body } =
      request.method === 'OPTIONS' ? preflight(request, config.corsOrigins) : await answer(routing, current);
    entry.status = status;
    done();
    return {
      status,
      headers: { ...headers, ...gatewayHeaders(routing), ...corsHeaders(request, config.corsOrigins) },
      body: request.method === 'HEAD' ? '' : body,
    };
  };
}

/** Headers of every answer. */
function gatewayHeaders({ invocation: { requestId }, words }: Routing): HttpResponse['headers'] {
  const headers = { 'x-request-id': requestId, 'x-content-type-options': 'nosniff' };
  // What AWS's clients look for; a REST API replaces it by its own, which is the same.
  return words === 'aws' ? { ...headers, 'x-amzn-requestid': requestId } : headers;
}

/** With every member that it may get: an object that grows member by member is slow to write out. */
function newEntry({ method }: HttpRequest, { requestId }: Invocation): LogEntry {
  return {
    requestId,
    endpoint: 'unknown',
    method,
    status: 500,
    latencyMs: 0,
    caller: undefined,
    model: undefined,
    target: undefined,
    stream: undefined,
    firstTokenMs: undefined,
    inputTokens: undefined,
    outputTokens: undefined,
    cacheReadTokens: undefined,
    stopReason: undefined,
    attempts: undefined,
    error: undefined,
    ended: undefined,
    stack: undefined,
  };
}

/** The answer of the route that a request is for. The one catch of the product: never rejects. */
async function answer(routing: Routing, current: () => Services): Promise<HttpResponse> {
  try {
    return await routed(routing, current);
  } catch (error) {
    return refused(error, routing);
  }
}

async function routed(routing: Routing, current: () => Services): Promise<HttpResponse> {
  const { request, invocation, entry, logLater } = routing;
  const path = canonicalPath(request.path) ?? '';
  const found = route(path, request.method === 'HEAD' ? 'GET' : request.method);
  const endpoint = (found ?? route(path))?.route;
  if (endpoint === undefined) throw await noRoute(routing, path);
  entry.endpoint = endpoint.path;
  routing.words = endpoint.errors ?? 'openai';
  if (found === undefined) throw wrongMethod(endpoint.path);
  const services = current();
  const caller = knownCaller(request, entry, services);
  return found.route.run({ request, invocation, services, param: found.param, entry, logLater, caller });
}

/** The 404 for a path that no route has. */
async function noRoute(routing: Routing, path: string): Promise<ApiError> {
  const { request } = routing;
  if (bedrocksPath.test(path || request.path)) routing.words = 'aws';
  const { unservedEndpoint } = await import('./endpoints/unserved.ts');
  return unservedEndpoint(path) ?? unknownPath(request);
}

/** Where only AWS's clients call, also for operations that are not served here. */
const bedrocksPath =
  /^\/+(?:v1\/+)?(?:model|foundation-models|inference-profiles|guardrail|guardrail-checks|async-invoke)(?:\/|$)/;

function knownCaller(request: HttpRequest, entry: LogEntry, { config, catalog, now }: Services): Call['caller'] {
  return () => {
    const caller = authenticate(request.headers, {
      bedrockKeys: config.bedrockKeys,
      callers: catalog.callers,
      now: now(),
    });
    entry.caller = caller.id;
    return caller;
  };
}

function wrongMethod(path: string): ApiError {
  const allowed = endpoints.filter((endpoint) => endpoint.path === path).map(({ method }) => method);
  const allow = allowed.join(', ');
  return new ApiError(`This method is not allowed here. Use ${allow}.`, {
    status: 405,
    code: 'method_not_allowed',
    headers: { allow },
  });
}

function unknownPath({ method, path }: HttpRequest): ApiError {
  // OpenAI's own words; the path is the caller's text, so no more of it comes back than a typo needs.
  return new ApiError(`Unknown request URL: ${method} ${path.slice(0, 200)}. Please check the URL for typos.`, {
    status: 404,
    code: 'unknown_url',
  });
}

/** An error as an answer: what is not a refusal of ours is logged without its message and answered as a bare 500. */
function refused(error: unknown, { entry, words }: Routing): HttpResponse {
  if (error instanceof ApiError) {
    entry.error ??= error.code ?? error.type;
    return refusal(error, words);
  }
  entry.error = error instanceof Error ? error.name : typeof error;
  entry.stack = frames(error);
  const bare = new ApiError(
    'The gateway failed to process this request. Its log has the cause under this request id.',
    {
      status: 500,
      code: 'internal_error',
    },
  );
  return refusal(bare, words);
}

/** The stack without its first lines: a message can quote a header or a body. */
function frames(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 10)
    .join('\n');
}
