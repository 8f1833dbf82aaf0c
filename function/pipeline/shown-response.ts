import { isObject } from '../dialects/json.ts';
import type { Stored } from '../storage/stored-responses.ts';
import { ownItemIdOf, withoutEncrypted } from '../translate/responses/stored-items.ts';
import type { Showing } from './kept-stream.ts';

/** What holds of an answer: whether it is stored, and the conversation that it was appended to. */
export interface Holding {
  readonly store: boolean;
  readonly conversation: string | undefined;
}

/** What an answer says of the store. */
export interface AnswerState {
  /** The ID of the response that the request goes on from. */
  readonly previous: string | null;
  /** What is to hold once the answer is complete. */
  readonly holds: Holding;
  /** The place of an item of the output in its ID, by its index; undefined where nothing is stored. */
  readonly placeOf: ((index: number) => string) | undefined;
  /** Whether the client has asked for what reasoning items carry. */
  readonly showsEncrypted: boolean;
  /** Stores the response, and says what holds. */
  readonly write: (response: Stored) => Promise<Holding>;
}

/** How answers are shown, whole and as the events of a stream. */
export interface ShownAnswer extends Showing {
  readonly whole: (response: object) => Promise<object>;
}

const lastEvents: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

const nothing: Holding = { store: false, conversation: undefined };

/** Shows an answer with what holds of the store: that it is stored is said once it is. Failed responses are not stored. */
export function shownAnswer({ previous, holds, placeOf, showsEncrypted, write }: AnswerState): ShownAnswer {
  const state = ({ store, conversation: id }: Holding) => ({
    store,
    previous_response_id: previous,
    ...(holds.conversation !== undefined && { conversation: id === undefined ? null : { id } }),
  });
  const publicItem = (item: unknown) => (showsEncrypted ? item : withoutEncrypted(item));

  function own(item: unknown, index: number): unknown {
    const id = isObject(item) ? item['id'] : undefined;
    if (placeOf === undefined || !isObject(item) || typeof id !== 'string') return item;
    return { ...item, id: ownItemIdOf(id, placeOf(index)) };
  }

  function shown(response: Stored, holding: Holding): Stored {
    const output: unknown = response['output'];
    return { ...response, ...state(holding), ...(Array.isArray(output) && { output: output.map(publicItem) }) };
  }

  function owned(response: Stored): Stored {
    const output: unknown = response['output'];
    return Array.isArray(output) ? { ...response, output: output.map(own) } : response;
  }

  async function whole(response: Stored): Promise<Stored> {
    const { status } = response;
    const made = owned(response);
    const isOver = status === 'completed' || status === 'incomplete';
    return shown(made, isOver && placeOf !== undefined ? await write({ ...made, ...state(holds) }) : nothing);
  }

  function event(told: object | Uint8Array): object | Promise<object> {
    // Bytes of a stream never pass here.
    if (told instanceof Uint8Array) return told;
    const { type, response, item, item_id: id, output_index: index } = { ...told } as Stored;
    if (isObject(response)) {
      if (lastEvents.has(type)) return whole(response).then((last) => ({ ...told, response: last }));
      return { ...told, response: shown(owned(response), type === 'response.failed' ? nothing : holds) };
    }
    const place = typeof index === 'number' ? index : 0;
    if (isObject(item)) return { ...told, item: publicItem(own(item, place)) };
    if (placeOf === undefined || typeof id !== 'string') return told;
    return { ...told, item_id: ownItemIdOf(id, placeOf(place)) };
  }

  return {
    whole: (response) => whole({ ...response }),
    event,
    failure(told) {
      const { response }: { response?: unknown } = told;
      return isObject(response) ? { ...told, response: shown(owned(response), nothing) } : told;
    },
  };
}
