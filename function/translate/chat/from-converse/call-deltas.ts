import type { Delta } from './chunks.ts';
import type { Reader } from './json-scan.ts';

/** How one kind of call is streamed: its first delta, and how a piece of its arguments is put. */
interface Form {
  readonly start: (call: StreamedCall) => Delta | undefined;
  readonly piece: (call: StreamedCall, text: string) => Delta;
}

/** A tool call that is being written. */
export interface StreamedCall {
  readonly form: Form;
  /** OpenAI numbers only the calls: 0, 1, 2 in each choice, whatever their blocks are numbered. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** Makes the caller's arguments of the model's, where they are not the same. */
  readonly reader: Reader | undefined;
  hasInput: boolean;
}

const forms = {
  function: {
    start: ({ index, id, name }) => ({
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
    }),
    piece: ({ index }, text) => ({ tool_calls: [{ index, function: { arguments: text } }] }),
  },
  custom: {
    start: ({ index, id, name }) => ({ tool_calls: [{ index, id, type: 'custom', custom: { name, input: '' } }] }),
    piece: ({ index }, text) => ({ tool_calls: [{ index, custom: { input: text } }] }),
  },
  /** The old `functions`. */
  legacy: {
    start: ({ name }) => ({ function_call: { name, arguments: '' } }),
    piece: (_call, text) => ({ function_call: { arguments: text } }),
  },
  /** The tool whose input is the JSON answer. */
  json: { start: () => undefined, piece: (_call, text) => ({ content: text }) },
} satisfies Record<string, Form>;

/** The forms in which a chat reply has tool calls. */
export type FormName = keyof typeof forms;

/** Starts the state of one streamed tool call. */
export function startCall(form: FormName, call: Pick<StreamedCall, 'index' | 'id' | 'name' | 'reader'>): StreamedCall {
  return { form: forms[form], index: call.index, id: call.id, name: call.name, reader: call.reader, hasInput: false };
}

/** The delta that opens a tool call with its ID and name. Undefined for the tool that stands for a JSON answer. */
export function startDelta(call: StreamedCall): Delta | undefined {
  return call.form.start(call);
}

/** The delta for a piece of the arguments' JSON text; undefined when there is nothing to say yet. */
export function pieceDelta(call: StreamedCall, piece: string | undefined): Delta | undefined {
  if (piece === undefined || piece === '') return undefined;
  call.hasInput = true;
  const text = call.reader === undefined ? piece : call.reader.push(piece);
  return text === '' ? undefined : call.form.piece(call, text);
}

/** What is owed when the block ends: a call without arguments may have no delta at all, and callers parse what they get. */
export function closingDeltas(call: StreamedCall): Delta[] {
  const empty = call.hasInput ? undefined : pieceDelta(call, '{}');
  const rest = call.reader?.end() ?? '';
  const owed = [empty, rest === '' ? undefined : call.form.piece(call, rest)];
  return owed.filter((delta) => delta !== undefined);
}
