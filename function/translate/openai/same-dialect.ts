import type { Failure, Streamed } from '../../dialects/outcome.ts';
import { ApiError, errorBody, type ErrorBody } from '../../errors.ts';
import type { Dialect, Translated, Translation } from '../translation.ts';

/** What the dialects of OpenAI that stream have in common. */
interface OpenAiDialect extends Dialect {
  readonly Request: {
    readonly model: string;
    readonly stream_options?: { readonly include_usage?: boolean } | null;
  };
  readonly Reply: { readonly model: string };
  readonly Event: {
    readonly model: string;
    readonly choices: readonly { readonly finish_reason?: string | null }[];
    readonly usage?: object | null;
  };
  readonly StreamError: ErrorBody;
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
export function sameDialect<D extends OpenAiDialect>(
  failure: Translation<D, D, Plan, State>['failure'],
): Translation<D, D, Plan, State> {
  return {
    request: ({ request }): Translated<D['Request'], Plan> => ({
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
    stream: steps<D>(failure),
    failure,
    replay() {
      throw new Error('these backends stream every request');
    },
  };
}

function steps<D extends OpenAiDialect>(
  failure: Translation<D, D, Plan, State>['failure'],
): Translation<D, D, Plan, State>['stream'] {
  return {
    begin: ({ plan, context: { request } }) => ({ ...plan, model: request.model, finished: false, failed: false }),
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
