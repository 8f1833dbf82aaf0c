import type { HttpRequest, HttpResponse } from '../http-values.ts';
import type { Caller, Scope } from '../auth/caller.ts';
import type { RequestContext, Services } from '../request-context.ts';
import type { Route } from './route.ts';

/** One path of the gateway. Adding one is a file in endpoints/ and a row of its list. */
export type Endpoint = EndpointPath & (AuthenticatedEndpoint | PublicEndpoint);

/** The error objects that an API's clients expect: OpenAI's, AWS's, or Anthropic's. */
export type ErrorFormat = 'openai' | 'aws' | 'anthropic';

interface EndpointPath {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A pattern of http/router.ts. */
  readonly path: string;
  readonly errorFormat: ErrorFormat;
  /** Whether a stack serves the path; absent where all of them do. */
  readonly isServed?: (services: Services) => boolean;
}

interface AuthenticatedEndpoint {
  /** What the caller must be allowed to do; `any` where every caller may ask, or the handler decides by itself. */
  readonly scope: Scope | 'any';
  /** What serves it; a promise where its code is loaded with the first request. */
  readonly load: () => Handler | Promise<Handler>;
  /** Lets callers in by more than their key; absent where the key is all that counts. */
  readonly door?: Door;
  /** Whether the handler answers every method, so that nobody without a key is told which of them there are. */
  readonly takesAllMethods?: true;
}

/**
 * Says who calls, by `identify`, which throws (or rejects with) the ApiError 401 or 403 that says why a key is not accepted. Rejects
 * with that error, or with one of its own.
 */
export type Door = (
  arrived: { readonly request: HttpRequest; readonly services: Services },
  identify: () => Caller | Promise<Caller>,
) => Promise<Caller>;

/** Served without an API key. */
interface PublicEndpoint {
  /** Throws the ApiError that is the whole answer of some. */
  readonly respond: (services: Services) => HttpResponse | Promise<HttpResponse>;
}

/** What serves the requests of an endpoint whose callers are authenticated. */
export interface Handler {
  /** Throws the ApiError that says why a request is refused. */
  readonly run: (context: RequestContext) => HttpResponse | Promise<HttpResponse>;
  /** The ways to a model, best first; absent where no model is asked. */
  readonly routes?: readonly Pick<Route<never>, 'kind' | 'surface'>[];
}
