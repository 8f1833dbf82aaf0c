import type { Surface } from './backend.ts';

/** Memoizes a load: the first call starts it, and every call returns the same promise. */
export function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loaded: Promise<Value> | undefined;
  return () => (loaded ??= load());
}

/** A surface without passthrough whose code is loaded by its first call, so that no cold start waits for a backend it does not use. */
export function deferredSurface<Request, Reply, Event>(
  load: () => Promise<Pick<Surface<Request, Reply, Event>, 'call' | 'open'>>,
): Pick<Surface<Request, Reply, Event>, 'call' | 'open'> {
  return {
    call: async (request, context) => (await load()).call(request, context),
    open: async (request, context) => (await load()).open(request, context),
  };
}

/** A surface with passthrough whose code is loaded by its first call. */
export function deferredPassthroughSurface<Request, Reply, Event>(
  load: () => Promise<Required<Surface<Request, Reply, Event>>>,
): Required<Surface<Request, Reply, Event>> {
  return {
    ...deferredSurface(load),
    passthrough: async (request, context) => (await load()).passthrough(request, context),
  };
}
