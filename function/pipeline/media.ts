import type { MediaUrl } from '../http/media.ts';
import type { FileReference } from '../translate/openai/file-references.ts';
import type { Media, StoredFile, TranslationContext } from '../translate/translation.ts';
import { proveKey } from './key-proof.ts';
import type { ModelRequest, RoutedRequest } from './route.ts';

type Fetched = Promise<ReadonlyMap<string, Media>>;

/** Media that a translation needs and a request only names. */
export type NamedMedia = Partial<Pick<TranslationContext<never>, 'media' | 'files'>>;

/** Fetches the images and reads the stored files that a request names. Rejects with the ApiError that names the first one at fault. */
export async function readMedia(
  routed: RoutedRequest<unknown>,
  { urls, files: references }: { readonly urls: readonly MediaUrl[]; readonly files: readonly FileReference[] },
): Promise<NamedMedia> {
  const [media, files] = await Promise.all([
    urls.length === 0 ? undefined : fetchMedia(routed, urls),
    storedFiles(routed.request, references),
  ]);
  return { ...(media && { media }), ...(files && { files }) };
}

/**
 * Reads the stored files that a request names, as `readStoredFiles` does, which is loaded then. Undefined where it names none, and in a
 * stack that stores none.
 */
export async function storedFiles(
  request: ModelRequest<unknown>,
  references: readonly FileReference[],
): Promise<ReadonlyMap<string, StoredFile> | undefined> {
  if (references.length === 0 || request.context.services.storage === undefined) return undefined;
  const { readStoredFiles } = await import('./stored-files.ts');
  return readStoredFiles(request, references);
}

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
