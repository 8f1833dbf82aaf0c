import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { isObject } from '../../dialects/json.ts';
import type { ResponseErrorEvent } from '../../dialects/responses.gen.ts';
import type { Dialect, Translated, Translation } from '../translation.ts';
import { failedCode, responsesFailure } from './from-converse/failure.ts';
import { serversInput } from './stored-items.ts';

/** A JSON object of which only a few fields are looked at. */
type Passed = Readonly<Record<string, unknown>>;

/** OpenAI's Responses, where client and server both speak them: fields that are not known here pass as well. */
export interface PassedDialect extends Dialect {
  readonly Request: Passed;
  readonly Reply: Passed;
  readonly Event: Passed;
  readonly StreamError: Passed;
}

interface State {
  readonly id: string;
  readonly model: unknown;
  /** The last Response object that was told, as the client saw it. */
  response: Passed | undefined;
  next: number;
  isOver: boolean;
}

/**
 * Responses of a server that speaks them. The server keeps nothing, and the ID of a response is the gateway's own: the stack's account is
 * shared by all callers, and an ID of its would let them reach each other's.
 */
export const passedResponses: Translation<PassedDialect, PassedDialect, object, State> = {
  request({ request }): Translated<Passed, object> {
    const { bedrock, ...passed } = request;
    const { input, leavesReasoning } = serversInput(request['input']);
    const ignored = [
      ...(request['store'] === true ? ['store'] : []),
      ...(bedrock ? ['bedrock'] : []),
      ...(leavesReasoning ? ['input.encrypted_content'] : []),
    ];
    return {
      request: { ...passed, ...(input !== undefined && { input }), store: false },
      calls: 1,
      streams: true,
      ignored,
      plan: {},
    };
  },
  reply([reply], { stamp, request }) {
    if (reply === undefined) throw new Error('there was no reply');
    return ownResponse(reply, { id: stamp.id, model: request['model'] });
  },
  stream: {
    begin: ({ context: { stamp, request } }) => ({
      id: stamp.id,
      model: request['model'],
      response: undefined,
      next: 0,
      isOver: false,
    }),
    step(state, { item }) {
      if (state.isOver) return [];
      if (isFailure(item)) return [failed(state, responsesFailure(item.failure).event)];
      const { response, type, sequence_number: number } = item;
      state.next = (typeof number === 'number' ? number : state.next) + 1;
      state.isOver = typeof type === 'string' && lastEvents.has(type);
      if (!isObject(response)) return [item];
      state.response = ownResponse(response, state);
      return [{ ...item, response: state.response }];
    },
    end: (state) =>
      state.isOver ? [] : [failed(state, responsesFailure(gatewayFailure('TruncatedStream', '')).event)],
    failed: (state, error) => (isErrorEvent(error) ? failed(state, error) : error),
  },
  failure(failure) {
    const { event, ...told } = responsesFailure(failure);
    return { ...told, event: { ...event } };
  },
  replay() {
    throw new Error('these backends stream every request');
  },
};

const lastEvents: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'error',
]);

function isFailure<Item extends object>(item: Item): item is Extract<Item, { readonly failure: { status: number } }> {
  const failure: unknown = Reflect.get(item, 'failure');
  return isObject(failure) && !Object.hasOwn(item, 'type');
}

function isErrorEvent(event: object): event is ResponseErrorEvent {
  return Reflect.get(event, 'type') === 'error';
}

/** A response under the gateway's own ID; nothing of it is stored. */
function ownResponse(response: Passed, { id, model }: { readonly id: string; readonly model: unknown }): Passed {
  return { ...response, id, model, store: false, previous_response_id: null };
}

/** A response that was created fails itself; else the error is an event of its own. */
function failed(state: State, error: object): Passed {
  state.isOver = true;
  const sequence_number = state.next;
  const { code, message } = { code: null, message: '', ...error } as Pick<ResponseErrorEvent, 'code' | 'message'>;
  if (state.response === undefined) return { ...error, sequence_number };
  const response = {
    ...state.response,
    status: 'failed',
    error: { code: failedCode(code), message },
    usage: null,
  };
  return { type: 'response.failed', response, sequence_number };
}
