import { ApiError } from '../errors.ts';
import { isAllowedOrigin } from '../http/cors.ts';
import type { HttpHeaders } from '../http-values.ts';

/** Whose pages may speak to the MCP server. */
export interface OriginRules {
  /** The gateway's own origin; absent for a stack without a domain. */
  readonly own: string | undefined;
  /** The stack's `cors`. `*` does not count here: any page could then use what a client on its visitor's machine is let in to. */
  readonly corsOrigins: readonly string[];
}

/** A name of this machine, with any port or none. */
const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Refuses pages of unknown origins, which is what MCP asks of a server against DNS rebinding. Clients that are no pages send no `Origin`,
 * and pass. Where the gateway itself is called by a name of this machine, as the local stack is, its pages pass as well. Throws the
 * ApiError 403.
 */
export function checkOrigin(headers: HttpHeaders, { own, corsOrigins }: OriginRules): void {
  const origin = headers.get('origin');
  if (origin === undefined || origin === own) return;
  if (isAllowedOrigin(origin, corsOrigins)) return;
  const isLocal = loopbackHost.test(headers.get('host') ?? '');
  if (isLocal && loopbackHost.test(origin.replace(/^https?:\/\//, ''))) return;
  throw new ApiError(
    'Pages of this origin may not call the MCP server. List it under bedrock-gateway:cors in the config of the stack; * does not count here.',
    { status: 403, code: 'origin_not_allowed' },
  );
}
