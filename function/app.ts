import { Hono } from 'hono/tiny';
import { authenticate } from './auth/authenticate.ts';
import { endpoints } from './endpoints/index.ts';
import type { Call, Endpoint, LogEntry, Services } from './request-context.ts';
import { refusal } from './pipeline/openai-client.ts';
import { inLogWords } from './log-words.ts';
import { canonicalPath } from './endpoints/paths.ts';
import { ApiError } from './errors.ts';
import { allowOrigin, preflight } from './http/cors.ts';
import type { App, Invocation } from './invocation.ts';

/** What hono hands through to a route. */
interface Bindings {
  /** The canonical path: what routes are matched with. */
  readonly path: string;
  readonly invocation: Invocation;
  readonly entry: LogEntry;
  readonly logLater: () => () => void;
  /** In whose words an error is said: known once a route fits. */
  words: NonNullable<Endpoint['errors']>;
}

/**
 * Assembles the product. `current` is asked once for each request, which then sees the same names of models from its beginning
 * to its end. `log` gets one entry for each request, once its answer is over.
 */
export function createApp(current: () => Services, log: (entry: LogEntry) => void): App {
  const router = routes(current);
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
    const path = canonicalPath(pathOf(request));
    const bindings: Bindings = { path: path ?? '', invocation, entry, logLater, words: 'openai' };
    const response =
      request.method === 'OPTIONS' ? preflight(request, config.corsOrigins) : await router.fetch(request, bindings);
    entry.status = response.status;
    response.headers.set('x-request-id', invocation.requestId);
    response.headers.set('x-content-type-options', 'nosniff');
    // What AWS's clients look for; a REST API replaces it by its own, which is the same.
    if (bindings.words === 'aws') response.headers.set('x-amzn-requestid', invocation.requestId);
    allowOrigin(request, response, config.corsOrigins);
    done();
    return response;
  };
}

/** With every member that it may get: an object that grows member by member is slow to write out. */
function newEntry({ method }: Request, { requestId }: Invocation): LogEntry {
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

type Router = Hono<{ Bindings: Bindings }>;

/** A router that knows every route by one path, whichever of its aliases a client asks for. */
function createRouter(): Router {
  return new Hono<{ Bindings: Bindings }>({ getPath: (_request, options) => options?.env?.path ?? '' });
}

/** The path of a request as its URL has it: a parser would cost as much as all of the routing. */
function pathOf({ url }: Request): string {
  return /^[^/]*\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? '';
}

function routes(current: () => Services): Router {
  const router = createRouter();
  for (const endpoint of endpoints) {
    router.on(endpoint.method, endpoint.path, (context) => {
      const { invocation, entry, logLater } = context.env;
      entry.endpoint = endpoint.path;
      context.env.words = endpoint.errors ?? 'openai';
      const services = current();
      const request = context.req.raw;
      const param = (name: string) => context.req.param(name) ?? '';
      return endpoint.run({
        request,
        invocation,
        services,
        param,
        entry,
        logLater,
        caller: knownCaller(request, entry, services),
      });
    });
  }
  const others = otherMethods();
  router.notFound((context) => others.fetch(context.req.raw, context.env));
  router.onError((error, context) => refused(error, context.env));
  return router;
}

/** Asked when no route fits: a router of its own, because hono is quick only while one handler matches a request. */
function otherMethods(): Router {
  const router = createRouter();
  for (const { path, errors } of endpoints) {
    router.all(path, (context) => {
      context.env.entry.endpoint = path;
      context.env.words = errors ?? 'openai';
      return wrongMethod(path);
    });
  }
  router.notFound(async (context) => {
    const { path } = context.env;
    if (bedrocksPath.test(path || pathOf(context.req.raw))) context.env.words = 'aws';
    const { unservedEndpoint } = await import('./endpoints/unserved.ts');
    return refused(unservedEndpoint(path) ?? unknownPath(context.req.raw), context.env);
  });
  router.onError((error, context) => refused(error, context.env));
  return router;
}

/** Where only AWS's clients call, also for operations that are not served here. */
const bedrocksPath =
  /^\/+(?:v1\/+)?(?:model|foundation-models|inference-profiles|guardrail|guardrail-checks|async-invoke)(?:\/|$)/;

function knownCaller(request: Request, entry: LogEntry, { config, catalog, now }: Services): Call['caller'] {
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

function wrongMethod(path: string): never {
  const allowed = endpoints.filter((endpoint) => endpoint.path === path).map((endpoint: Endpoint) => endpoint.method);
  const allow = allowed.join(', ');
  throw new ApiError(`This method is not allowed here. Use ${allow}.`, {
    status: 405,
    code: 'method_not_allowed',
    headers: { allow },
  });
}

function unknownPath(request: Request): ApiError {
  // OpenAI's own words; the path is the caller's text, so no more of it comes back than a typo needs. Dots of a segment that a URL
  // would resolve are shown as such, not in the code that kept them (function/event/request.ts).
  const path = pathOf(request).slice(0, 200).replaceAll('%252e', '.');
  return new ApiError(`Unknown request URL: ${request.method} ${path}. Please check the URL for typos.`, {
    status: 404,
    code: 'unknown_url',
  });
}

/** The one catch: what is not a refusal of ours is logged without its message and answered as a bare 500. */
function refused(error: unknown, { entry, words }: Pick<Bindings, 'entry' | 'words'>): Response {
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
