import https from 'node:https';
import { imageFormat, type ImageFormat } from '../dialects/image-format.ts';
import { ApiError } from '../errors.ts';
import { isPublic } from './addresses.ts';
import { type Budget, download, type Network } from './download.ts';
import { createLookups } from './lookup.ts';

/** A URL to fetch, and the field of the request that has it. */
export interface MediaUrl {
  readonly url: string;
  readonly param: string;
  /** An image, if nothing else is said. */
  readonly kind?: 'image' | 'file';
}

/** Media as it is translated: the format of an image, which its first bytes show, or `file` for a file of any kind; and base64. */
export interface FetchedMedia {
  readonly format: ImageFormat | 'file';
  readonly bytes: string;
}

/** What bounds the downloads of one request; `network` and the limits have defaults. */
export interface MediaOptions {
  /** Aborts when the caller hangs up or the time for the whole request is over. */
  readonly signal: AbortSignal;
  readonly network?: Network;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** Downloads for one request. Images that come as data are Bedrock's to count. */
const maxUrls = 20;

/** Bytes of all images together. Lambda has only some MB to spare, and Bedrock takes images of up to 3.75 MB each. */
const defaultMaxBytes = 20 * 1024 * 1024;

/** For all images together: much less than any deadline, so that the model still has its time. */
const defaultTimeoutMs = 10_000;

const internet: Network = {
  lookups: createLookups(),
  isPublic,
  request: (options) => https.request(options),
};

/** Fetches all media, each URL once. Throws the ApiError that names the first one at fault. */
export async function downloadMedia(
  urls: readonly MediaUrl[],
  options: MediaOptions,
): Promise<ReadonlyMap<string, FetchedMedia>> {
  const different = [...Map.groupBy(urls, ({ url }) => url).values()].flatMap((same) => same.slice(0, 1));
  if (different.length === 0) return new Map();
  const surplus = different[maxUrls];
  if (surplus) throw tooMany(different.length, surplus.param);
  const failure = new AbortController();
  const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  const signal = AbortSignal.any([options.signal, timeout, failure.signal]);
  const budget: Budget = { leftBytes: options.maxBytes ?? defaultMaxBytes };
  const network = options.network ?? internet;
  const lookup = network.lookups(signal);
  try {
    return new Map(
      await Promise.all(
        different.map(async (wanted) => {
          const media = await fetchOne(wanted, { network, lookup, budget, signal }).catch(() => undefined);
          if (!media) throw options.signal.aborted ? timedOut() : refused(wanted);
          return [wanted.url, media] as const;
        }),
      ),
    );
  } finally {
    // One that fails stops the others.
    failure.abort();
  }
}

async function fetchOne(
  { url, kind = 'image' }: MediaUrl,
  limits: Parameters<typeof download>[1],
): Promise<FetchedMedia | undefined> {
  const content = await download(url, kind === 'file' ? { ...limits, accept: '*/*' } : limits);
  // The content type of the host may be wrong, and Bedrock looks at the bytes.
  const format = kind === 'file' ? kind : imageFormat(content);
  return format && { format, bytes: content.toString('base64') };
}

/** One text for every failure: different ones would let callers explore the network from inside AWS. */
function refused({ param, kind }: MediaUrl): ApiError {
  if (kind === 'file') {
    return new ApiError(
      'The file could not be fetched. A file URL must be public, https on port 443, without credentials, and lead to a file within 10 seconds; at most 20 MB together.',
      { status: 400, code: 'invalid_value', param },
    );
  }
  return new ApiError(
    'The image could not be fetched. An image URL must be public, https on port 443, without credentials, and lead to a PNG, JPEG, GIF or WebP image within 10 seconds; at most 20 MB together.',
    { status: 400, code: 'invalid_image_url', param },
  );
}

/** The ApiError for an image URL in a stack without a way to the internet. */
export function unreachable(param: string): ApiError {
  return new ApiError(
    'This gateway fetches no images, because its network has no way to the internet. Send the image itself, as a data: URL.',
    { status: 400, code: 'invalid_image_url', param },
  );
}

function tooMany(count: number, param: string): ApiError {
  return new ApiError(
    `This request has ${count} image URLs to fetch; at most ${maxUrls} are fetched for one request. Send further images as data: URLs, which are not counted here.`,
    { status: 400, code: 'too_many_image_urls', param },
  );
}

function timedOut(): ApiError {
  return new ApiError('The time for this request was over before its images were fetched.', {
    status: 504,
    code: 'timeout',
  });
}
