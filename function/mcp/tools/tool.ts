import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { ApiError } from '../../errors.ts';
import type { RequestContext } from '../../request-context.ts';
import { type Gateway, ToolFailure } from '../gateway.ts';

/** What tools work with. */
export interface Tools {
  readonly gateway: Gateway;
  readonly context: RequestContext;
  /** Aborts when the client cancels the call with this id. */
  readonly signalOf: (id: unknown) => AbortSignal | undefined;
}

/**
 * Makes the callback of a tool. The SDK shows the message of whatever it throws to the client, so anything but the gateway's own
 * refusals becomes a bare message, and only its name is logged.
 */
export function run<Input>(
  { context: { entry }, signalOf }: Pick<Tools, 'context' | 'signalOf'>,
  call: (input: Input, request: ServerContext['mcpReq']) => Promise<CallToolResult>,
): (input: Input, context: ServerContext) => Promise<CallToolResult> {
  return async (input, { mcpReq }) => {
    const cancelled = signalOf(mcpReq.id);
    const signal = cancelled ? AbortSignal.any([mcpReq.signal, cancelled]) : mcpReq.signal;
    try {
      signal.throwIfAborted();
      return await call(input, { ...mcpReq, signal });
    } catch (error) {
      if (cancelled?.aborted) throw new ToolFailure('The client cancelled this call.');
      if (error instanceof ToolFailure) throw error;
      if (error instanceof ApiError) throw new ToolFailure(error.message);
      entry.error ??= error instanceof Error ? error.name : typeof error;
      throw new ToolFailure(
        'The gateway failed to process this call. Its log has the cause under the id of the request.',
      );
    }
  };
}

/** The result of a tool: the value, and a text for clients that read nothing else; the value's JSON where none is given. */
export function structured(value: Record<string, unknown>, text = JSON.stringify(value)): CallToolResult {
  return { structuredContent: value, content: [{ type: 'text', text }] };
}
