import type { AnswerWriter } from './answer-writer.ts';
import type { Reader } from './json-scan.ts';

/** The kinds of calls in an answer; `legacy` is a call of the old `functions`, `json` the tool whose input is the JSON answer. */
export type CallForm = 'function' | 'custom' | 'legacy' | 'json';

/** A tool call that is being written. */
export interface StreamedCall {
  readonly form: CallForm;
  /** OpenAI numbers only the calls: 0, 1, 2 in each choice, whatever their blocks are numbered. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** Makes the caller's arguments of the model's, where they are not the same. */
  readonly reader: Reader | undefined;
  hasInput: boolean;
}

/** Writes a piece of the JSON text of a call's arguments. */
export function writePiece<Out>(
  call: StreamedCall,
  piece: string | undefined,
  { writer, out }: { readonly writer: AnswerWriter<Out>; readonly out: Out[] },
): void {
  if (piece === undefined || piece === '') return;
  call.hasInput = true;
  const text = call.reader === undefined ? piece : call.reader.push(piece);
  if (text !== '') say(call, text, { writer, out });
}

/** Writes what is owed when the block ends: a call without arguments may have no delta at all, and callers parse what they get. */
export function writeEnd<Out>(
  call: StreamedCall,
  { writer, out }: { readonly writer: AnswerWriter<Out>; readonly out: Out[] },
): void {
  if (!call.hasInput) writePiece(call, '{}', { writer, out });
  const rest = call.reader?.end() ?? '';
  if (rest !== '') say(call, rest, { writer, out });
  if (call.form !== 'json') writer.callEnd(call, out);
}

function say<Out>(
  call: StreamedCall,
  text: string,
  { writer, out }: { readonly writer: AnswerWriter<Out>; readonly out: Out[] },
): void {
  if (call.form === 'json') writer.text(text, out);
  else writer.callPiece(call, text, out);
}
