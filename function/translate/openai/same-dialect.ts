import type { Failure, Streamed } from '../../dialects/outcome.ts';
import { ApiError, errorBody, type ErrorBody } from '../../errors.ts';
import type { Exchange, Numbered, Steps, Translated, Translation } from '../translation.ts';

/** What requests, replies and chunks of OpenAI's dialects have in common. */
interface Request {
  readonly model: string;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
}

interface Reply {
  readonly model: string;
}

interface Chunk extends Reply {
  readonly choices: readonly { readonly finish_reason?: string | null }[];
  readonly usage?: object | null;
}

interface Plan {
  readonly includeUsage: boolean;
}

interface State extends Plan {
  /** The name asked for: a server calls its model by one of its own. */
  readonly model: string;
  finished: boolean;
  failed: boolean;
}

/**
 * A client and a backend of one dialect, where bytes cannot pass because the backend frames them in another way: events
 * go on as they are, but for the model's name, and the usage chunk that the client did not ask for.
 */
export function same<CRequest extends Request, CReply extends Reply, Event extends Chunk>(
  failure: Translation<CRequest, CReply, Event, CRequest, CReply, Event, Plan, State>['failure'],
): Translation<CRequest, CReply, Event, CRequest, CReply, Event, Plan, State> {
  return {
    request: ({ request }): Translated<CRequest, Plan> => ({
      request,
      calls: 1,
      streams: true,
      ignored: [],
      plan: { includeUsage: request.stream_options?.include_usage === true },
    }),
    reply([reply], { request: { model } }) {
      if (reply === undefined) throw new Error('there was no reply');
      return { ...reply, model };
    },
    stream: steps(failure),
    failure,
    replay() {
      throw new Error('these backends stream every request');
    },
  };
}

type Start<CRequest> = { readonly exchange: Exchange<CRequest>; readonly plan: Plan };

function steps<CRequest extends Request, Event extends Chunk>(
  failure: (failure: Failure) => { readonly event: ErrorBody },
): Steps<Start<CRequest>, State, Numbered<Event>, Event | ErrorBody> {
  return {
    begin: ({ plan, exchange: { request } }) => ({ ...plan, model: request.model, finished: false, failed: false }),
    step(state, { item }) {
      if (isFailure(item)) {
        state.failed = true;
        return [failure(item.failure).event];
      }
      if (item.choices.some(({ finish_reason }) => Boolean(finish_reason))) state.finished = true;
      const onlyUsage = item.choices.length === 0 && Boolean(item.usage);
      return onlyUsage && !state.includeUsage ? [] : [{ ...item, model: state.model }];
    },
    end: ({ finished, failed }) => (finished || failed ? [] : [cutShort()]),
  };
}

function isFailure<Event>(item: Streamed<Event>): item is { readonly failure: Failure } {
  return typeof item === 'object' && item !== null && 'failure' in item;
}

function cutShort(): ErrorBody {
  return errorBody(
    new ApiError('The answer broke off: the model ended its stream without a finish.', {
      status: 502,
      code: 'stream_cut_short',
    }),
  );
}
