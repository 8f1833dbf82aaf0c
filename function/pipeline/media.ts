import type { MediaUrl } from '../http/media.ts';
import type { Media } from '../translate/translation.ts';
import { proveKey } from './key-proof.ts';
import type { ModelRequest, RoutedRequest } from './route.ts';

type Fetched = Promise<ReadonlyMap<string, Media>>;

/** What was fetched for a request, by its URLs: other targets of the same request need not fetch it again. */
const fetched = new WeakMap<ModelRequest<unknown>, Map<string, Fetched>>();

/**
 * Fetches media that a request names by URL, once for all of its targets, and only for a proven caller. Throws the ApiError that says
 * why the key is not proven or a URL cannot be fetched.
 */
export function fetchMedia(routed: RoutedRequest<unknown>, urls: readonly MediaUrl[]): Fetched {
  const { request } = routed;
  const known = fetched.get(request) ?? new Map<string, Fetched>();
  fetched.set(request, known);
  const key = urls.map(({ url }) => url).join('\n');
  const found = known.get(key) ?? fetchProven(routed, urls);
  known.set(key, found);
  return found;
}

async function fetchProven(routed: RoutedRequest<unknown>, urls: readonly MediaUrl[]): Fetched {
  await proveKey(routed);
  return routed.request.context.services.fetchMedia(urls, routed.call.signal);
}
