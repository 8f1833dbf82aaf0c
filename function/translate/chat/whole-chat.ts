import { isObject } from '../../dialects/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A choice that is being put together. */
interface Choice {
  readonly message: Record<string, unknown>;
  readonly calls: Record<string, unknown>[];
  finishReason: string | undefined;
}

/** Texts of a message that come in pieces. */
const texts = ['content', 'refusal', 'reasoning_content'] as const;

/** Puts the chunks of a streamed chat completion together as the whole one that it would have been. */
export class WholeChat {
  #first: Fields | undefined;
  #usage: unknown;
  readonly #choices = new Map<number, Choice>();

  /** Takes a chunk; whatever is none is left out. */
  add(chunk: Fields): void {
    this.#first ??= chunk;
    this.#usage = chunk['usage'] ?? this.#usage;
    const choices: unknown = chunk['choices'];
    for (const choice of Array.isArray(choices) ? choices.filter(isObject) : []) this.#addChoice(choice);
  }

  /** The completion; undefined for one whose choices have not all come to their end. */
  completion(): Fields | undefined {
    const all = [...this.#choices].toSorted(([one], [other]) => one - other);
    if (this.#first === undefined || all.length === 0) return undefined;
    if (all.some(([, { finishReason }]) => finishReason === undefined)) return undefined;
    const { object: _object, choices: _choices, usage: _usage, ...named } = this.#first;
    return {
      ...named,
      object: 'chat.completion',
      choices: all.map(([index, { message, calls, finishReason }]) => ({
        index,
        message: { ...message, ...(calls.length > 0 && { tool_calls: calls.filter(isObject) }) },
        logprobs: null,
        finish_reason: finishReason,
      })),
      ...(isObject(this.#usage) && { usage: this.#usage }),
    };
  }

  #addChoice({ index, delta, finish_reason: reason }: Fields): void {
    const place = typeof index === 'number' ? index : 0;
    const choice = this.#choices.get(place) ?? emptyChoice();
    this.#choices.set(place, choice);
    if (typeof reason === 'string') choice.finishReason = reason;
    if (!isObject(delta)) return;
    for (const name of texts) {
      if (typeof delta[name] === 'string') choice.message[name] = join(choice.message[name], delta[name]);
    }
    const calls: unknown = delta['tool_calls'];
    for (const call of Array.isArray(calls) ? calls.filter(isObject) : []) addCall(choice, call);
  }
}

function emptyChoice(): Choice {
  return { message: { role: 'assistant', content: null, refusal: null }, calls: [], finishReason: undefined };
}

/** The first chunk of a call has its ID and name; its arguments or input come in pieces. */
function addCall({ calls }: Choice, { index, ...piece }: Fields): void {
  const place = typeof index === 'number' ? index : calls.length;
  const known = calls[place] ?? {};
  const joined: Record<string, unknown> = { ...known, ...piece };
  for (const kind of ['function', 'custom'] as const) {
    const [before, after]: unknown[] = [known[kind], piece[kind]];
    if (isObject(before) && isObject(after)) joined[kind] = joinedCall(before, after);
  }
  calls[place] = joined;
}

function joinedCall(before: Fields, after: Fields): Fields {
  const text = (name: 'arguments' | 'input') =>
    typeof after[name] === 'string' ? { [name]: join(before[name], after[name]) } : {};
  return { ...before, ...text('arguments'), ...text('input') };
}

function join(before: unknown, piece: string): string {
  return typeof before === 'string' ? before + piece : piece;
}
