import type { HttpRequest, HttpResponse } from '../http-values.ts';

/** Headers that a page may read of an answer. */
const exposedHeaders = [
  'x-request-id',
  'x-gateway-ignored',
  'x-gateway-target',
  'www-authenticate',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  ...['limit', 'remaining', 'reset'].flatMap((what) => [`x-ratelimit-${what}-requests`, `x-ratelimit-${what}-tokens`]),
].join(', ');

/** Headers that a page may send when it does not ask for any by name: what SDKs send. */
const defaultAllowedHeaders = 'authorization, api-key, x-api-key, content-type';

/** How long a browser may keep the answer to a preflight, in seconds: Chromium's upper limit. */
const maxAgeSeconds = '7200';

/**
 * The headers that let a page of a configured origin read an answer; none where no origin is configured. Keys travel in a header, not
 * in cookies, so `*` is safe to send.
 */
export function corsHeaders({ headers }: HttpRequest, origins: readonly string[]): HttpResponse['headers'] {
  if (origins.length === 0) return {};
  const vary = origins.includes('*') ? {} : { vary: 'origin' };
  const allowed = allowedOrigin(headers.get('origin'), origins);
  if (allowed === undefined) return vary;
  return { ...vary, 'access-control-allow-origin': allowed, 'access-control-expose-headers': exposedHeaders };
}

/** The answer to a browser's preflight. Without the headers, the browser refuses the call by itself. */
export function preflight({ headers }: HttpRequest, origins: readonly string[]): HttpResponse {
  if (allowedOrigin(headers.get('origin'), origins) === undefined) return { status: 204, headers: {}, body: '' };
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
      // `*` would not cover `authorization`: the Fetch standard asks for it by name.
      'access-control-allow-headers': headers.get('access-control-request-headers') ?? defaultAllowedHeaders,
      'access-control-max-age': maxAgeSeconds,
    },
    body: '',
  };
}

function allowedOrigin(origin: string | undefined, origins: readonly string[]): string | undefined {
  if (origins.includes('*')) return '*';
  return origin !== undefined && origins.some((each) => covers(each, origin)) ? origin : undefined;
}

/** Whether an origin is one of those that the config names; `*` names none. */
export function isAllowedOrigin(origin: string, origins: readonly string[]): boolean {
  return origins.some((each) => each !== '*' && covers(each, origin));
}

/** Whether a configured origin is this one; one that ends in `:*` has any port, and its scheme's own. */
function covers(configured: string, origin: string): boolean {
  if (!configured.endsWith(':*')) return configured === origin;
  const host = configured.slice(0, -':*'.length);
  return origin.startsWith(host) && /^(:\d{1,5})?$/.test(origin.slice(host.length));
}
