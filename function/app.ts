import { authenticate, type Unauthenticated } from './auth/authenticate.ts';
import type { Caller } from './auth/caller.ts';
import { checkScope } from './auth/scopes.ts';
import { endpoints } from './endpoints/index.ts';
import { canonicalPath } from './endpoints/paths.ts';
import { ApiError } from './errors.ts';
import { storedBodyHeader } from './http/body.ts';
import { corsHeaders, preflight } from './http/cors.ts';
import { createRouter } from './http/router.ts';
import type { HttpRequest, HttpResponse } from './http-values.ts';
import type { App, Invocation } from './invocation.ts';
import { inLogWords } from './log-words.ts';
import type { Endpoint, ErrorFormat, Handler } from './pipeline/endpoint.ts';
import { errorResponse } from './pipeline/error-response.ts';
import { unknownUrl, wrongMethod } from './pipeline/unknown-url.ts';
import type { LogEntry, RequestContext, Services, Unlogged } from './request-context.ts';

/** One request before its endpoint and its caller are known. */
interface Arrival {
  readonly request: HttpRequest;
  readonly invocation: Invocation;
  readonly services: Services;
  readonly entry: LogEntry;
  readonly unlogged: Unlogged;
  readonly app: App;
  /** Known once an endpoint matches. */
  errorFormat: ErrorFormat;
}

const findEndpoint = createRouter(endpoints);

/**
 * Assembles the product. `current` is asked once for each request, which then sees the same names of models from its beginning to its
 * end. `log` gets one entry for each request, once its answer is over, and what else is known of it.
 */
export function createApp(current: () => Services, log: (entry: LogEntry, unlogged: Unlogged) => void): App {
  const app: App = async (request, invocation) => {
    const services = current();
    const { now, config } = services;
    const arrivedAt = now();
    const entry = newEntry(request, invocation);
    const unlogged: Unlogged = {};
    const arrival: Arrival = { request, invocation, services, entry, unlogged, app, errorFormat: 'openai' };
    const isPreflight = request.method === 'OPTIONS';
    const response = isPreflight ? preflight(request, config.corsOrigins) : await respond(arrival);
    const { status, body } = response;
    entry.status = status;
    const write = () => {
      entry.latencyMs = now() - arrivedAt;
      if (entry.firstTokenMs !== undefined) entry.firstTokenMs -= arrivedAt;
      log(inLogWords(entry), unlogged);
    };
    if (typeof body !== 'function') write();
    return {
      status,
      headers: { ...response.headers, ...gatewayHeaders(arrival), ...corsHeaders(request, config.corsOrigins) },
      body: bodyOf(request, body, write),
    };
  };
  return app;
}

/** The body as it is sent; a stream writes its line of the log when it is over. An answer to HEAD has none. */
function bodyOf({ method }: HttpRequest, body: HttpResponse['body'], write: () => void): HttpResponse['body'] {
  if (method === 'HEAD') return '';
  return typeof body === 'function' ? (output) => body(output).then(write) : body;
}

/** Header fields of every answer. */
function gatewayHeaders({ invocation: { requestId }, errorFormat }: Arrival): HttpResponse['headers'] {
  const headers = { 'x-request-id': requestId, 'x-content-type-options': 'nosniff' };
  if (errorFormat === 'anthropic') return { ...headers, 'request-id': requestId };
  // What AWS's clients look for; a REST API replaces it by its own, which is the same.
  return errorFormat === 'aws' ? { ...headers, 'x-amzn-requestid': requestId } : headers;
}

/** An entry with every field that it may get: an object that grows field by field is slow to write out. */
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
    backend: undefined,
    reason: undefined,
    firstFailure: undefined,
    stream: undefined,
    firstTokenMs: undefined,
    inputTokens: undefined,
    outputTokens: undefined,
    cacheReadTokens: undefined,
    cacheWriteTokens: undefined,
    stopReason: undefined,
    finishReason: undefined,
    attempts: undefined,
    error: undefined,
    upstreamStatus: undefined,
    upstreamError: undefined,
    upstreamRequestId: undefined,
    ended: undefined,
    stack: undefined,
  };
}

/** The answer of the endpoint that a request is for. What is thrown on the way is caught here. */
async function respond(arrival: Arrival): Promise<HttpResponse> {
  try {
    const { endpoint, param } = await matchEndpoint(arrival);
    if ('respond' in endpoint) return await endpoint.respond(arrival.services);
    const identified = endpoint.door?.(arrival, () => identify(arrival)) ?? identify(arrival);
    const caller = identified instanceof Promise ? await identified : identified;
    if (endpoint.scope !== 'any') checkScope(caller, endpoint.scope);
    const loaded = endpoint.load();
    const handler = loaded instanceof Promise ? await loaded : loaded;
    const { request, invocation, services, entry, unlogged, app } = arrival;
    const context = { request, invocation, services, param, caller, entry, unlogged, app };
    return await handler.run(request.headers.has(storedBodyHeader) ? await withBody(context, handler) : context);
  } catch (error) {
    return refused(error, arrival);
  }
}

interface Matched {
  readonly endpoint: Endpoint;
  readonly param: RequestContext['param'];
}

/** Finds the endpoint for a path and method. Throws the ApiError 404 or 405 where there is none. */
async function matchEndpoint(arrival: Arrival): Promise<Matched> {
  const { request, services, entry } = arrival;
  const path = canonicalPath(request.path) ?? '';
  const asked = findEndpoint(path, request.method === 'HEAD' ? 'GET' : request.method);
  const served = asked && isServed(asked.route, services) ? asked : undefined;
  const found = served ?? findEndpoint(path);
  if (found === undefined || !isServed(found.route, services)) throw await unknownEndpoint(arrival, path);
  const { route: endpoint, param } = found;
  entry.endpoint = endpoint.path;
  arrival.errorFormat = endpoint.errorFormat;
  if (served === undefined && !('takesAllMethods' in endpoint)) throw wrongMethod(methodsOf(endpoint.path, services));
  return { endpoint, param };
}

/** The request with the body that its header names. Few requests do, and no start of the others should load what reads it. */
async function withBody(context: RequestContext, handler: Handler): Promise<RequestContext> {
  const { withStoredBody } = await import('./pipeline/stored-body.ts');
  return withStoredBody(context, handler);
}

/** Says who calls. A promise only where somebody has to be asked. Throws the ApiError 401 or 403 that says why the key is not accepted. */
function identify(arrival: Arrival): Caller | Promise<Caller> {
  const { request, services } = arrival;
  const { authenticators, now } = services;
  const found = authenticate(request.headers, { authenticators, now: now() });
  return found instanceof Promise ? found.then((later) => accepted(later, arrival)) : accepted(found, arrival);
}

function accepted(found: Caller | Unauthenticated, { entry, unlogged }: Arrival): Caller {
  entry.caller = found.id;
  if ('refusal' in found) throw found.refusal;
  return (unlogged.caller = found);
}

function methodsOf(path: string, services: Services): string[] {
  return endpoints.filter((each) => each.path === path && isServed(each, services)).map(({ method }) => method);
}

function isServed(endpoint: Endpoint, services: Services): boolean {
  return endpoint.isServed?.(services) !== false;
}

/** The 404 for a path that no endpoint has, or whose endpoint this stack does not serve. */
async function unknownEndpoint(arrival: Arrival, path: string): Promise<ApiError> {
  const { request } = arrival;
  if (bedrockPath.test(path || request.path)) arrival.errorFormat = 'aws';
  else if (/^\/(?:anthropic\/)?v1\/messages(?:\/|$)/.test(path)) arrival.errorFormat = 'anthropic';
  const { unservedEndpoint } = await import('./endpoints/unserved.ts');
  return unservedEndpoint(path) ?? unknownUrl(request);
}

/** Where only AWS's clients call, also for operations that are not served here. */
const bedrockPath =
  /^\/+(?:v1\/+)?(?:model|foundation-models|inference-profiles|guardrail|guardrail-checks|async-invoke)(?:\/|$)/;

/** What is not a refusal of the gateway's is logged without its message and answered as a bare 500. */
function refused(error: unknown, arrival: Arrival): HttpResponse | Promise<HttpResponse> {
  const { entry } = arrival;
  if (error instanceof ApiError) {
    entry.error ??= error.code ?? error.type;
    return refusal(error, arrival);
  }
  entry.error = error instanceof Error ? error.name : typeof error;
  entry.stack = stackFrames(error);
  const bare = new ApiError(
    'The gateway failed to process this request. Its log has the cause under this request id.',
    {
      status: 500,
      code: 'internal_error',
    },
  );
  return refusal(bare, arrival);
}

/** A refusal in the error format of the API that was called. A promise only for the format that few stacks are asked in. */
function refusal(error: ApiError, { errorFormat, invocation }: Arrival): HttpResponse | Promise<HttpResponse> {
  if (errorFormat !== 'anthropic') return errorResponse(error, errorFormat);
  return import('./pipeline/anthropic-client.ts').then((client) =>
    client.anthropicRefusal(error, invocation.requestId),
  );
}

/** The stack without its first lines: a message can quote a header or a body. */
function stackFrames(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 10)
    .join('\n');
}
