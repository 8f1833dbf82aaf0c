import type { HttpResponse } from '../http-values.ts';
import type { RequestContext } from '../request-context.ts';
import type { Answer, OpenedStream, PreparedCall } from './prepared-call.ts';
import { relay } from './relay.ts';
import type { ModelEndpoint, ModelRequest, NamedBody, Route, RoutedRequest } from './route.ts';

/**
 * A request that refers to what the stack stores, or whose answer is stored. It is made once for a request, before any target is asked, so that
 * limits and spending count what is really sent.
 */
export interface Kept<Body> {
  /** The body with what it refers to in its place: nothing that asks a server to store anything is left in it. */
  readonly body: Body;
  /** The ID of the answer, by which its owner finds it again; absent where it is not stored. */
  readonly id?: string;
  /** The answer as the client gets it, once it is stored or could not be. */
  readonly answer: (answer: Answer) => Promise<Answer>;
  /** A stream as the client gets it. The event that says whether the answer is stored waits until it is. */
  readonly stream: (stream: OpenedStream) => OpenedStream;
  /** An error about the body, with the path in the request as the client sent it. */
  readonly refusal: (error: unknown) => unknown;
}

/**
 * Finds what a request refers to. Undefined, or a promise of it, for one that has nothing to do with what is stored. Rejects with the ApiError
 * that says what is not there, or too large.
 */
export type Keep<Body> = (body: Body, context: RequestContext) => Promise<Kept<Body> | undefined> | undefined;

/**
 * Takes a model request through the pipeline, with what it refers to in its place, and stores its answer, as `keep` finds of it. Throws the
 * ApiError that says why it may not go on. Few requests are kept: the pipeline itself knows nothing of it.
 */
export async function relayKept<Body extends { readonly text: string }>(
  endpoint: ModelEndpoint<Body>,
  context: RequestContext,
  keep: Keep<Body>,
): Promise<HttpResponse> {
  const named = endpoint.read(context);
  const keeping = keep(named.body, context);
  const kept = keeping && (await keeping);
  if (kept === undefined) return relay({ ...endpoint, read: () => named }, context);
  // The body is searched for addresses in the stack's bucket once more: earlier turns may have been paid by another key.
  const request = { ...context.request, body: kept.body.text };
  try {
    return await relay(keptEndpoint(endpoint, named, kept), { ...context, request });
  } catch (error) {
    throw kept.refusal(error);
  }
}

/** The endpoint as it serves one request, whose answers are shown by `kept` whichever route is taken. */
function keptEndpoint<Body>(
  endpoint: ModelEndpoint<Body>,
  { name }: NamedBody<Body>,
  kept: Kept<Body>,
): ModelEndpoint<Body> {
  const { id } = kept;
  let made: ModelRequest<Body> | undefined;
  /** What is read once for a request is known by its object. */
  const requestOf = (request: ModelRequest<Body>): ModelRequest<Body> =>
    (made ??= id === undefined ? request : { ...request, stamp: { ...request.stamp, id } });
  const routedAs = (routed: RoutedRequest<Body>): RoutedRequest<Body> => {
    const request = requestOf(routed.request);
    return { ...routed, request, call: { ...routed.call, stamp: request.stamp } };
  };
  const routes = endpoint.routes.map((route): Route<Body> => ({
    ...route,
    prepare: async (routed) => keptCall(await route.prepare(routedAs(routed)), kept),
  }));
  return { ...endpoint, routes, read: () => ({ name, body: kept.body }) };
}

function keptCall(call: PreparedCall, kept: Pick<Kept<unknown>, 'answer' | 'stream'>): PreparedCall {
  return {
    ...call,
    async answer() {
      const outcome = await call.answer();
      return outcome.ok ? { ok: true, value: await kept.answer(outcome.value) } : outcome;
    },
    async open() {
      const outcome = await call.open();
      return outcome.ok ? { ok: true, value: kept.stream(outcome.value) } : outcome;
    },
    async alternative(failure) {
      const other = await call.alternative?.(failure);
      return other && keptCall(other, kept);
    },
  };
}
