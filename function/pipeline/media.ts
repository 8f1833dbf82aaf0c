import type { MediaUrl } from '../http/media.ts';
import type { FileReference } from '../translate/openai/file-references.ts';
import type { Media, TranslationContext } from '../translate/translation.ts';
import { proveKey } from './key-proof.ts';
import type { ModelRequest, RoutedRequest } from './route.ts';
import type { StoredFiles } from './stored-files.ts';

type Fetched = Promise<ReadonlyMap<string, Media>>;

/** Media that a translation needs and a request only names. */
export interface NamedMedia extends Partial<Pick<TranslationContext<never>, 'media' | 'files'>> {
  /** The S3 URI of the stored file that upstream reads itself; absent where every file was read. */
  readonly reads?: string | undefined;
}

/** Fetches the images and reads the stored files that a request names. Rejects with the ApiError that names the first one at fault. */
export async function readMedia(
  routed: RoutedRequest<unknown>,
  { urls, files: references, mayStay }: MediaNames,
): Promise<NamedMedia> {
  const [media, stored] = await Promise.all([
    urls.length === 0 ? undefined : fetchMedia(routed, urls),
    storedFiles(routed.request, references, { mayStay }),
  ]);
  return { ...(media && { media }), ...stored };
}

/** What a request names of media. */
export interface MediaNames {
  readonly urls: readonly MediaUrl[];
  readonly files: readonly FileReference[];
  /** Whether upstream can read a video from S3 itself. */
  readonly mayStay: boolean;
}

/**
 * Reads the stored files that a request names, as `readStoredFiles` does, which is loaded then. Undefined where it names none, and in a
 * stack that stores none.
 */
export async function storedFiles(
  request: ModelRequest<unknown>,
  references: readonly FileReference[],
  options: { readonly mayStay: boolean },
): Promise<StoredFiles | undefined> {
  if (references.length === 0 || request.context.services.storage === undefined) return undefined;
  const { readStoredFiles } = await import('./stored-files.ts');
  return readStoredFiles(request, references, options);
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
  const key = urls.map(({ url, kind = 'image' }) => `${kind} ${url}`).join('\n');
  const found = known.get(key) ?? fetchProven(routed, urls);
  known.set(key, found);
  return found;
}

async function fetchProven(routed: RoutedRequest<unknown>, urls: readonly MediaUrl[]): Fetched {
  await proveKey(routed);
  return routed.request.context.services.fetchMedia(urls, routed.call.signal);
}
