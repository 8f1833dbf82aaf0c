import https from 'node:https';
import { imageFormat, type ImageFormat } from '../dialects/image-format.ts';
import { ApiError } from '../errors.ts';
import { isPublic } from './addresses.ts';
import { type Budget, download, type Network } from './download.ts';
import { createNames } from './names.ts';

/** A URL to fetch, and the member of the request that holds it. */
export interface MediaUrl {
  readonly url: string;
  readonly param: string;
}

/** An image as Converse wants it: what its first bytes say it is, and base64. */
export interface FetchedImage {
  readonly format: ImageFormat;
  readonly bytes: string;
}

export interface MediaOptions {
  /** Aborts when the caller hangs up or the time for the whole request is over. */
  readonly signal: AbortSignal;
  readonly network?: Network;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** So many downloads at once for one request; images that come as data are Bedrock's to count. */
const mostUrls = 20;

/** Lambda has no more than some MB to spare for images, and Bedrock takes none above 3.75 MB each. */
const mostBytes = 20 * 1024 * 1024;

/** All of them together: much less than any deadline, so that the model still has its time. */
const defaultTimeoutMs = 10_000;

const internet: Network = {
  names: createNames(),
  isPublic,
  request: (options) => https.request(options),
};

/** Fetches every image, each URL once. Throws the ApiError that names the first one at fault. */
export async function fetchMedia(
  urls: readonly MediaUrl[],
  options: MediaOptions,
): Promise<ReadonlyMap<string, FetchedImage>> {
  const different = [...Map.groupBy(urls, ({ url }) => url).values()].flatMap((same) => same.slice(0, 1));
  if (different.length === 0) return new Map();
  const surplus = different[mostUrls];
  if (surplus) throw tooMany(different.length, surplus.param);
  const given = new AbortController();
  const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  const signal = AbortSignal.any([options.signal, timeout, given.signal]);
  const budget: Budget = { left: options.maxBytes ?? mostBytes };
  const network = options.network ?? internet;
  const lookup = network.names(signal);
  try {
    return new Map(
      await Promise.all(
        different.map(async ({ url, param }) => {
          const image = await fetched(url, { network, lookup, budget, signal }).catch(() => undefined);
          if (!image) throw options.signal.aborted ? timedOut() : refused(param);
          return [url, image] as const;
        }),
      ),
    );
  } finally {
    // One that fails ends the others.
    given.abort();
  }
}

async function fetched(url: string, limits: Parameters<typeof download>[1]): Promise<FetchedImage | undefined> {
  const content = await download(url, limits);
  // Not what the host says it is: that may be wrong, and Bedrock looks at the bytes.
  const format = imageFormat(content);
  return format && { format, bytes: content.toString('base64') };
}

/** One text for whatever went wrong: told apart, the reasons would let callers look around from inside AWS. */
function refused(param: string): ApiError {
  return new ApiError(
    'The image could not be fetched. An image URL must be public, https on port 443, without credentials, and lead to a PNG, JPEG, GIF or WebP image within 10 seconds; at most 20 MB together.',
    { status: 400, code: 'invalid_image_url', param },
  );
}

function tooMany(count: number, param: string): ApiError {
  return new ApiError(
    `This request has ${count} image URLs to fetch; at most ${mostUrls} are fetched for one request. Send further images as data: URLs, which are not counted here.`,
    { status: 400, code: 'too_many_image_urls', param },
  );
}

function timedOut(): ApiError {
  return new ApiError('The time for this request was over before its images were fetched.', {
    status: 504,
    code: 'timeout',
  });
}
