import type { ChatCompletionMessageToolCallChunk as Piece } from '../../dialects/chat.gen.ts';
import { isObject } from '../../dialects/json.ts';
import type { AnswerContext, Value } from './answer-reader.ts';
import { argumentsText, createCallIds, isNothing, isNothingYet, type CallIdSource } from './call-values.ts';
import { idOf } from './head.ts';

/** The tool calls of one choice of a stream. Servers send their pieces under one index, with ids that change, or without ids. */
export interface StreamCalls {
  /**
   * Accepts a piece that needs no change (more arguments of a call that has started) and returns true; false for any other. Most pieces
   * take this fast path.
   */
  accepts(piece: unknown): boolean;
  /** The pieces in OpenAI's form, with one index for each call; undefined where one is not a call. */
  read(pieces: readonly unknown[]): readonly Piece[] | undefined;
  /** What the calls still lack at the end of the choice. A call that was never named is dropped. */
  end(): readonly Piece[];
}

interface Call {
  readonly index: number;
  /** The server's own id; empty where there is none. */
  id: string;
  /** Empty until a piece has the name. */
  name: string;
  custom: boolean;
  /** Arguments held back: they may turn out to be empty, or their call has no name yet. */
  held: string;
  /** Whether any arguments were emitted. */
  hasArguments: boolean;
  /** The last character of the arguments. */
  tail: string;
  /** The JSON state of the arguments, where only their end shows that the call is complete. */
  readonly json: { depth: number; quoted: boolean; escaped: boolean; whole: boolean };
}

interface State {
  readonly ids: CallIdSource;
  readonly calls: Call[];
  /** The open call under each of the server's indexes. */
  readonly open: Map<number, Call>;
}

/** No answer has more calls; each new one is compared with those before it. */
const maxCalls = 1_000;

/** More leading blanks of arguments are not worth holding. */
const maxHeldLength = 64;

/** Starts reading the tool calls of a chat stream. */
export function streamCalls(context: AnswerContext): StreamCalls {
  const state: State = { ids: createCallIds(context), calls: [], open: new Map() };
  return {
    accepts: (piece) => accepts(state, piece),
    read(pieces) {
      const out: Piece[] = [];
      return pieces.every((piece, at) => readPiece(state, { piece, at }, out)) ? out : undefined;
    },
    end() {
      const out: Piece[] = [];
      for (const call of state.calls) completeCall(call, out);
      return out;
    },
  };
}

function accepts({ open }: State, piece: unknown): boolean {
  if (!isObject(piece) || typeof piece['index'] !== 'number' || piece['id'] !== undefined) return false;
  const call = open.get(piece['index']);
  const { function: called } = piece;
  if (call === undefined || !call.hasArguments || call.id === '' || call.index !== piece['index']) return false;
  if (!isObject(called) || typeof called['arguments'] !== 'string' || called['name'] !== undefined) return false;
  call.tail = called['arguments'].at(-1) ?? call.tail;
  return true;
}

/** A piece of a call; missing fields are empty. */
interface CallPiece {
  readonly piece: Value;
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly custom: boolean;
  /** Whether the piece starts a call whatever is open: without indexes, each named entry of a list is a call. */
  readonly startsAnother: boolean;
}

function readPiece(state: State, { piece, at }: { piece: unknown; at: number }, out: Piece[]): boolean {
  const next = parsePiece(piece, at);
  if (next === undefined || state.calls.length >= maxCalls) return false;
  const known = callOf(state, next);
  const call = known !== undefined && !startsCall(known, next) ? known : addCall(state, { next, known }, out);
  const unnamed = call.name === '';
  call.name ||= next.name;
  if (unnamed) {
    call.id ||= next.id;
    call.custom = next.custom;
  }
  if (call.name === '') call.held += next.text;
  else if (unnamed) emitCall(state, { call, next }, out);
  else emitArguments(call, next, out);
  return true;
}

function parsePiece(piece: unknown, at: number): CallPiece | undefined {
  if (!isObject(piece)) return undefined;
  const { index, id, function: called, custom } = piece;
  const isCustom = isObject(custom);
  const body = isCustom ? custom : (called ?? (called === null ? undefined : {}));
  if (!isObject(body)) return undefined;
  const name = typeof body['name'] === 'string' ? body['name'] : '';
  return {
    piece,
    index: typeof index === 'number' ? index : 0,
    id: idOf(id),
    name,
    text: argumentsText(isCustom ? body['input'] : body['arguments']),
    custom: isCustom,
    startsAnother: typeof index !== 'number' && at > 0 && name !== '',
  };
}

/** The call that a piece may belong to. A piece without a name under a new index continues the last call, or the one with its id. */
function callOf({ open, calls }: State, { index, id, name }: CallPiece): Call | undefined {
  const known = open.get(index);
  if (known !== undefined || name !== '') return known;
  return id === '' ? calls.at(-1) : calls.find((call) => call.id === id);
}

/**
 * Whether a piece starts another call under the index of a known one: by a new id and a name, or by a name alone where there are no ids.
 * The name of a call whose arguments are incomplete is only repeated.
 */
function startsCall(known: Call, { id, name, startsAnother }: CallPiece): boolean {
  if (name === '' || known.name === '') return false;
  if (startsAnother) return true;
  if (id !== '') return id !== known.id && !(name === known.name && known.hasArguments && known.tail !== '}');
  return name !== known.name || (known.id === '' && known.json.whole);
}

function addCall(
  { calls, open }: State,
  { next, known }: { next: CallPiece; known: Call | undefined },
  out: Piece[],
): Call {
  if (known !== undefined) completeCall(known, out);
  const call: Call = {
    index: calls.length,
    id: next.id,
    name: '',
    custom: next.custom,
    held: '',
    hasArguments: false,
    tail: '',
    json: { depth: 0, quoted: false, escaped: false, whole: false },
  };
  calls.push(call);
  open.set(next.index, call);
  return call;
}

function emitCall({ ids }: State, { call, next }: { call: Call; next: CallPiece }, out: Piece[]): void {
  const { index, name, custom } = call;
  const text = takeArguments(call, call.held + next.text);
  const { function: called, custom: body, ...rest } = next.piece;
  const id = ids(call.id);
  out.push(
    custom
      ? { ...rest, index, id, type: 'custom', custom: { ...objectOf(body), name, input: text } }
      : { ...rest, index, id, type: 'function', function: { ...objectOf(called), name, arguments: text } },
  );
}

/** Emits more arguments. Fields that servers repeat for a started call are dropped: clients would append them. */
function emitArguments(call: Call, { piece, text: more }: CallPiece, out: Piece[]): void {
  const text = takeArguments(call, call.hasArguments ? more : call.held + more);
  const { id: _id, type: _type, index: _index, function: _called, custom: _custom, ...rest } = piece;
  if (text === '' && Object.keys(rest).length === 0) return;
  out.push({ ...rest, ...input(call, text) });
}

function input({ index, custom }: Call, text: string): Piece {
  return custom ? { index, custom: { input: text } } : { index, function: { arguments: text } };
}

/** The arguments that can be emitted now; what may still turn out to be empty is held back. */
function takeArguments(call: Call, text: string): string {
  if (!call.hasArguments && !call.custom && text.length < maxHeldLength && isNothingYet(text)) {
    call.held = text;
    return '';
  }
  call.held = '';
  call.hasArguments ||= text !== '';
  call.tail = text.at(-1) ?? call.tail;
  // The JSON state only matters where no id separates calls.
  if (call.id === '') followJson(call.json, text);
  return text;
}

/** Completes a call: missing arguments become an empty object. */
function completeCall(call: Call, out: Piece[]): void {
  const { name, held, hasArguments, custom } = call;
  if (name === '' || hasArguments || custom) return;
  call.hasArguments = true;
  out.push(input(call, isNothing(held) ? '{}' : held));
}

/** Follows the text of a JSON object piece by piece, in linear time. */
function followJson(json: Call['json'], text: string): void {
  for (const char of text) {
    if (json.quoted) inString(json, char);
    else if (char === '"') json.quoted = true;
    else if (char === '{' || char === '[') json.depth += 1;
    else if (char === '}' || char === ']') {
      json.depth -= 1;
      json.whole = json.depth === 0;
    }
  }
}

function inString(json: Call['json'], char: string): void {
  if (json.escaped) json.escaped = false;
  else if (char === '\\') json.escaped = true;
  else if (char === '"') json.quoted = false;
}

function objectOf(value: unknown): Value {
  return isObject(value) ? value : {};
}
