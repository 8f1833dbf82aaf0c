import type { Writable } from 'node:stream';
import type { HttpRequest, HttpResponse } from '../http-values.ts';
import type { App, Invocation } from '../invocation.ts';
import { bufferedResult, type BufferedResult } from './buffered.ts';
import { type Clock, httpApiDeadlines, restApiDeadlines } from './deadlines.ts';
import { requestIdOf } from './members.ts';
import { requestFromV1, requestFromV2 } from './request.ts';
import { streamResponse } from './streamed.ts';

/** What of Lambda's context is needed here. */
interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export interface Entries {
  readonly buffered: (event: unknown, context: LambdaContext) => Promise<BufferedResult>;
  readonly streaming: (event: unknown, stream: Writable, context: LambdaContext) => Promise<void>;
}

export interface EntryOptions {
  readonly now: () => number;
  /** The answer when there is no request in the event, or none that can be sent; it also logs. Must not throw. */
  readonly refuse: (cause: unknown, requestId: string) => HttpResponse;
  /** Told when an answer broke after it had begun. */
  readonly broken: (cause: unknown, requestId: string) => void;
  /** What must be over before the platform may freeze the process: the log's last lines. */
  readonly settled: () => Promise<void>;
}

/** The app as Lambda's two kinds of handler. Neither ever rejects: the platform would answer with words of its own. */
export function entries(app: App, { now, refuse, broken, settled }: EntryOptions): Entries {
  async function respond(
    event: unknown,
    requestFrom: (event: unknown) => HttpRequest,
    invocation: Invocation,
  ): Promise<HttpResponse> {
    try {
      return await app(requestFrom(event), invocation);
    } catch (cause) {
      return refuse(cause, invocation.requestId);
    }
  }

  function clock(context: LambdaContext): Clock {
    return { now: now(), remainingMs: context.getRemainingTimeInMillis() };
  }

  return {
    async buffered(event, context) {
      const requestId = requestIdOf(event) ?? context.awsRequestId;
      const invocation = { requestId, ...httpApiDeadlines(event, clock(context)) };
      const response = await respond(event, requestFromV2, invocation);
      const result = await bufferedResult(response).catch((cause: unknown) => bufferedResult(refuse(cause, requestId)));
      await settled();
      return result;
    },
    async streaming(event, stream, context) {
      const requestId = requestIdOf(event) ?? context.awsRequestId;
      const invocation = { requestId, ...restApiDeadlines(clock(context)) };
      const response = await respond(event, requestFromV1, invocation);
      await streamResponse(response, stream, (cause) => broken(cause, requestId));
      await settled();
    },
  };
}
