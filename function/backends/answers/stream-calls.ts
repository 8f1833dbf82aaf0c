import type { ChatCompletionMessageToolCallChunk as Piece } from '../../dialects/chat.gen.ts';
import { isObject } from '../../dialects/json.ts';
import type { Asked, Value } from './asked.ts';
import { argumentsText, callIds, isNothing, isNothingYet, type CallIds } from './call-values.ts';
import { idOf } from './head.ts';

/** The calls of one choice of a stream, in pieces as servers write them: under one index, with ids that change, or without. */
export interface StreamCalls {
  /** Takes a piece that is as it should be, more arguments of a call that has begun; false for any other. The cheap way of most. */
  takes(piece: unknown): boolean;
  /** The pieces in OpenAI's form, an index for each call; undefined where one is no call. */
  read(pieces: readonly unknown[]): readonly Piece[] | undefined;
  /** What the calls still lack at the end of the choice. One that was never named is none. */
  end(): readonly Piece[];
}

interface Call {
  readonly index: number;
  /** The server's own; empty where there is none. */
  id: string;
  /** Empty until it is told. */
  name: string;
  custom: boolean;
  /** Arguments that may yet turn out to be nothing, and those of a call without a name. */
  held: string;
  /** Whether any arguments have gone on. */
  said: boolean;
  /** The last character of its arguments. */
  tail: string;
  /** How deep the JSON of the arguments is, where its end says that the call is over. */
  readonly json: { depth: number; quoted: boolean; escaped: boolean; whole: boolean };
}

interface State {
  readonly ids: CallIds;
  readonly calls: Call[];
  /** The call that is open under each of the server's indexes. */
  readonly open: Map<number, Call>;
}

/** No answer has more; each costs a look at those before it. */
const mostCalls = 1_000;

/** More blanks in front of arguments are not worth holding. */
const longestHeld = 64;

export function streamCalls(asked: Asked): StreamCalls {
  const state: State = { ids: callIds(asked), calls: [], open: new Map() };
  return {
    takes: (piece) => takes(state, piece),
    read(pieces) {
      const out: Piece[] = [];
      return pieces.every((piece, at) => readPiece(state, { piece, at }, out)) ? out : undefined;
    },
    end() {
      const out: Piece[] = [];
      for (const call of state.calls) settle(call, out);
      return out;
    },
  };
}

function takes({ open }: State, piece: unknown): boolean {
  if (!isObject(piece) || typeof piece['index'] !== 'number' || piece['id'] !== undefined) return false;
  const call = open.get(piece['index']);
  const { function: called } = piece;
  if (call === undefined || !call.said || call.id === '' || call.index !== piece['index']) return false;
  if (!isObject(called) || typeof called['arguments'] !== 'string' || called['name'] !== undefined) return false;
  call.tail = called['arguments'].at(-1) ?? call.tail;
  return true;
}

/** What a piece says, whatever it lacks. */
interface Said {
  readonly piece: Value;
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly custom: boolean;
  /** Whether it begins a call whatever is open: without indexes, each named entry of a list is one. */
  readonly another: boolean;
}

function readPiece(state: State, { piece, at }: { piece: unknown; at: number }, out: Piece[]): boolean {
  const said = saidBy(piece, at);
  if (said === undefined || state.calls.length >= mostCalls) return false;
  const known = callOf(state, said);
  const call = known !== undefined && !begins(known, said) ? known : begin(state, { said, known }, out);
  const unnamed = call.name === '';
  call.name ||= said.name;
  if (unnamed) {
    call.id ||= said.id;
    call.custom = said.custom;
  }
  if (call.name === '') call.held += said.text;
  else if (unnamed) start(state, { call, said }, out);
  else goOn(call, said, out);
  return true;
}

function saidBy(piece: unknown, at: number): Said | undefined {
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
    another: typeof index !== 'number' && at > 0 && name !== '',
  };
}

/** The call that a piece may belong to. One without a name under an index of its own goes on with the last call, or with that of its id. */
function callOf({ open, calls }: State, { index, id, name }: Said): Call | undefined {
  const known = open.get(index);
  if (known !== undefined || name !== '') return known;
  return id === '' ? calls.at(-1) : calls.find((call) => call.id === id);
}

/**
 * Whether a piece begins another call under the index of a known one: by an id and a name, or by a name where ids say nothing.
 * The name of a call whose arguments are in the middle is only repeated.
 */
function begins(known: Call, { id, name, another }: Said): boolean {
  if (name === '' || known.name === '') return false;
  if (another) return true;
  if (id !== '') return id !== known.id && !(name === known.name && known.said && known.tail !== '}');
  return name !== known.name || (known.id === '' && known.json.whole);
}

function begin({ calls, open }: State, { said, known }: { said: Said; known: Call | undefined }, out: Piece[]): Call {
  if (known !== undefined) settle(known, out);
  const call: Call = {
    index: calls.length,
    id: said.id,
    name: '',
    custom: said.custom,
    held: '',
    said: false,
    tail: '',
    json: { depth: 0, quoted: false, escaped: false, whole: false },
  };
  calls.push(call);
  open.set(said.index, call);
  return call;
}

function start({ ids }: State, { call, said }: { call: Call; said: Said }, out: Piece[]): void {
  const { index, name, custom } = call;
  const text = passing(call, call.held + said.text);
  const { function: called, custom: body, ...rest } = said.piece;
  const id = ids(call.id);
  out.push(
    custom
      ? { ...rest, index, id, type: 'custom', custom: { ...objectOf(body), name, input: text } }
      : { ...rest, index, id, type: 'function', function: { ...objectOf(called), name, arguments: text } },
  );
}

/** What servers repeat of a call that has begun is left out: clients join it to what they have. */
function goOn(call: Call, { piece, text: more }: Said, out: Piece[]): void {
  const text = passing(call, call.said ? more : call.held + more);
  const { id: _id, type: _type, index: _index, function: _called, custom: _custom, ...rest } = piece;
  if (text === '' && Object.keys(rest).length === 0) return;
  out.push({ ...rest, ...input(call, text) });
}

function input({ index, custom }: Call, text: string): Piece {
  return custom ? { index, custom: { input: text } } : { index, function: { arguments: text } };
}

/** The arguments that may go on now; what may yet be nothing is held back. */
function passing(call: Call, text: string): string {
  if (!call.said && !call.custom && text.length < longestHeld && isNothingYet(text)) {
    call.held = text;
    return '';
  }
  call.held = '';
  call.said ||= text !== '';
  call.tail = text.at(-1) ?? call.tail;
  // Only where no id tells calls apart does anything hang on it.
  if (call.id === '') follow(call.json, text);
  return text;
}

/** A call is over: no arguments are an empty object. */
function settle(call: Call, out: Piece[]): void {
  const { name, held, said, custom } = call;
  if (name === '' || said || custom) return;
  call.said = true;
  out.push(input(call, isNothing(held) ? '{}' : held));
}

/** Follows the text of a JSON object as it comes: linear, whatever a server writes. */
function follow(json: Call['json'], text: string): void {
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
