import type { Authorised } from '../auth/authorise.ts';
import type { Backend, CallContext } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Failure } from '../dialects/outcome.ts';
import type { ApiError } from '../errors.ts';
import type { RequestContext } from '../request-context.ts';
import type { Stamp } from '../translate/translation.ts';
import type { ClientProtocol } from './client-protocol.ts';
import type { CountedAs } from './meter.ts';
import type { PreparedCall } from './prepared-call.ts';

/** An endpoint at which models are asked, as data: pipeline/relay.ts takes every request through the same sequence. */
export interface ModelEndpoint<Body> {
  readonly client: ClientProtocol;
  /** What ids of answers begin with; empty where the dialect has no ids of its own. */
  readonly idPrefix: string;
  /** What limits and the reports of usage take its requests for. */
  readonly countedAs: CountedAs;
  /** Reads the body as far as it must be read to know the model. Throws an ApiError 400 or 413. */
  readonly read: (context: RequestContext) => NamedBody<Body>;
  /** Whether the answer is to be a stream. Throws an ApiError 400. */
  readonly wantsStream: (body: Body) => boolean;
  /** Throws an ApiError 400 for what a target cannot carry out or the stack does not pay for, whichever route is taken. */
  readonly check?: (routed: RoutedRequest<Body>) => void;
  /** Best first: the first whose surface the target's backend has is taken. */
  readonly routes: readonly Route<Body>[];
  /** What becomes of requests for models that bedrock-mantle alone has; absent where Bedrock itself answers them. */
  readonly onlyMantle?: 'served' | 'refused';
  /** Models asked for by Bedrock's own id go to Bedrock's own Chat Completions first, where this says so. */
  readonly native?: NativeFirst<Body>;
  /** The refusal of a model whose backend has none of the surfaces. */
  readonly unsupported: () => ApiError;
}

/** When Bedrock serves a model natively, and when Converse takes over. */
export interface NativeFirst<Body> {
  /** Whether Bedrock's own Chat Completions can serve this request. */
  readonly serves: (body: Body, model: string, at?: { readonly mantle: boolean }) => boolean;
  /** Whether Converse may serve what they failed to. */
  readonly converseMayServe: (failure: Failure, body: Body) => boolean;
}

/** The model that a request names, and the rest of it as the endpoint's routes need it. */
export interface NamedBody<Body> {
  readonly name: string;
  readonly body: Body;
}

/** A request that may go on to a model. */
export interface ModelRequest<Body> extends NamedBody<Body> {
  readonly context: RequestContext;
  readonly client: ClientProtocol;
  /** Whether the catalog has the name; else it is one of Bedrock's own ids. */
  readonly isMapped: boolean;
  readonly stream: boolean;
  /** Identity and time of the answer. */
  readonly stamp: Stamp;
  /** Aborts when the time is over or the client is gone. */
  readonly signal: AbortSignal;
}

/** A request on its way to one target. */
export interface RoutedRequest<Body> {
  readonly request: ModelRequest<Body>;
  readonly to: Authorised<Target>;
  readonly backend: Backend;
  readonly call: CallContext;
}

/** What a backend can be asked by. */
export type SurfaceName =
  | 'chat'
  | 'responses'
  | 'mantle'
  | 'completions'
  | 'converse'
  | 'embeddings'
  | 'invoke'
  | 'messages'
  | 'countTokens';

/** One way to serve a request: its bytes pass through to a surface of the client's dialect, or it is translated for another. */
export interface Route<Body> {
  readonly kind: 'passthrough' | 'translate';
  readonly surface: SurfaceName;
  /** False for a route that gives whole answers only. */
  readonly streams?: false;
  /** Makes a request ready for its target. Throws the ApiError that says why the target cannot take it. */
  readonly prepare: (routed: RoutedRequest<Body>) => PreparedCall | Promise<PreparedCall>;
}
