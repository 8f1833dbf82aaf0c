import type { Surface } from './backend.ts';

/** A promise that is made with the first call, and the same for every later one. */
export function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loaded: Promise<Value> | undefined;
  return () => (loaded ??= load());
}

/**
 * A surface whose code is loaded with its first call, so that no cold start waits for a backend that its requests do not ask.
 * Whether it passes bytes through has to be known before: a backend that does adds `pipe`.
 */
export function deferredSurface<Request, Reply, Event>(
  load: () => Promise<Pick<Surface<Request, Reply, Event>, 'call' | 'open'>>,
): Pick<Surface<Request, Reply, Event>, 'call' | 'open'> {
  return {
    call: async (request, context) => (await load()).call(request, context),
    open: async (request, context) => (await load()).open(request, context),
  };
}
