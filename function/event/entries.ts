import type { Writable } from 'node:stream';
import type { HttpRequest, HttpResponse } from '../http-values.ts';
import type { App, Invocation } from '../invocation.ts';
import { bufferedResult, type BufferedResult } from './buffered.ts';
import { type Clock, httpApiDeadlines, restApiDeadlines } from './deadlines.ts';
import { requestIdOf } from './fields.ts';
import { requestFromV1, requestFromV2 } from './request.ts';
import { streamResponse } from './streamed.ts';

/** The fields of Lambda's context that are read here. */
interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The two Lambda handlers of a function: one returns a response, the other writes it to a stream. */
export interface Entries {
  readonly buffered: (event: unknown, context: LambdaContext) => Promise<BufferedResult>;
  readonly streaming: (event: unknown, stream: Writable, context: LambdaContext) => Promise<void>;
}

/** What the handlers need besides the app. */
export interface EntryOptions {
  readonly now: () => number;
  /** Logs and answers an event without a readable request, and an answer that broke before it began. Must not throw. */
  readonly refuse: (cause: unknown, requestId: string) => HttpResponse;
  /** Called where an answer broke after it had begun. */
  readonly onBroken: (cause: unknown, requestId: string) => void;
  /** Writes the last lines of the log: afterwards the platform may freeze the process. */
  readonly flushLog: () => Promise<void>;
}

/** The app as Lambda's two kinds of handler. Neither ever rejects: the platform would answer with a text of its own. */
export function entries(app: App, { now, refuse, onBroken, flushLog }: EntryOptions): Entries {
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
      const invocation: Invocation = { requestId, ...httpApiDeadlines(event, clock(context)), isBuffered: true };
      const response = await respond(event, requestFromV2, invocation);
      const result = await bufferedResult(response).catch((cause: unknown) => bufferedResult(refuse(cause, requestId)));
      await flushLog();
      return result;
    },
    async streaming(event, stream, context) {
      const requestId = requestIdOf(event) ?? context.awsRequestId;
      const invocation = { requestId, ...restApiDeadlines(clock(context)) };
      const response = await respond(event, requestFromV1, invocation);
      await streamResponse(response, stream, (cause) => onBroken(cause, requestId));
      await flushLog();
    },
  };
}
