import { ApiError } from '../errors.ts';
import { isAllowedOrigin } from '../http/cors.ts';
import type { HttpHeaders } from '../http-values.ts';

/** Whose pages may speak to the MCP server. */
export interface OriginRules {
  /** The gateway's own origin; absent for a stack without a domain. */
  readonly own: string | undefined;
  /** Origins that the config names. `*` does not count: any page could then use what its visitor's machine is let in to. */
  readonly others: readonly string[];
}

/**
 * Refuses pages of unknown origins, which is what MCP asks of a server against DNS rebinding. Clients that are no pages send no `Origin`,
 * and pass. Throws the ApiError 403.
 */
export function checkOrigin(headers: HttpHeaders, { own, others }: OriginRules): void {
  const origin = headers.get('origin');
  if (origin === undefined || origin === own || isAllowedOrigin(origin, others)) return;
  throw new ApiError(
    'Pages of this origin may not call the MCP server. List it under bedrock-gateway:cors in the config of the stack; * does not count here.',
    { status: 403, code: 'origin_not_allowed' },
  );
}
