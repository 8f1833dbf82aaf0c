/** What a page may read of an answer, beside its body. */
const exposed = 'x-request-id, x-gateway-ignored, x-gateway-target, retry-after';

/** How long a browser may keep a preflight's answer, in seconds: Chromium's upper limit. */
const maxAge = '7200';

/** Lets a page of a configured origin read the answer. Keys travel in a header, not in cookies, so `*` is safe to send. */
export function allowOrigin(request: Request, response: Response, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = allowedOrigin(request.headers.get('origin'), origins);
  if (!origins.includes('*')) response.headers.append('vary', 'origin');
  if (allowed === undefined) return;
  response.headers.set('access-control-allow-origin', allowed);
  response.headers.set('access-control-expose-headers', exposed);
}

/** The answer to a browser's question before the call; without the headers the browser refuses by itself. */
export function preflight(request: Request, origins: readonly string[]): Response {
  const response = new Response(null, { status: 204 });
  if (allowedOrigin(request.headers.get('origin'), origins) === undefined) return response;
  response.headers.set('access-control-allow-methods', 'GET, POST, OPTIONS');
  // `*` would not cover `authorization`: the Fetch standard asks for it by name. What is asked for is what SDKs send.
  response.headers.set(
    'access-control-allow-headers',
    request.headers.get('access-control-request-headers') ?? 'authorization, api-key, x-api-key, content-type',
  );
  response.headers.set('access-control-max-age', maxAge);
  return response;
}

function allowedOrigin(origin: string | null, origins: readonly string[]): string | undefined {
  if (origins.includes('*')) return '*';
  return origin !== null && origins.some((each) => covers(each, origin)) ? origin : undefined;
}

/** Whether a configured origin is this one; one that ends in `:*` has any port, and its scheme's own. */
function covers(configured: string, origin: string): boolean {
  if (!configured.endsWith(':*')) return configured === origin;
  const host = configured.slice(0, -':*'.length);
  return origin.startsWith(host) && /^(:\d{1,5})?$/.test(origin.slice(host.length));
}
