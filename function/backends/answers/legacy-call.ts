import type {
  ChatCompletionMessageToolCallChunk as Piece,
  ChatCompletionStreamResponseDelta,
} from '../../dialects/chat.gen.ts';
import { isObject } from '../../dialects/json.ts';
import { argumentsText, isNothing } from './call-values.ts';
import type { StreamCalls } from './stream-calls.ts';

type Legacy = NonNullable<ChatCompletionStreamResponseDelta['function_call']>;

/** There is at most one legacy call, so every piece belongs to it. */
const id = 'function_call';

/** A piece of the legacy `function_call` in OpenAI's form; null where it is empty, undefined where it cannot be read. */
export function legacyPiece(value: unknown, calls: StreamCalls): Legacy | null | undefined {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return undefined;
  const { name, arguments: text } = value;
  if (typeof name !== 'string' && isNothing(argumentsText(text))) return null;
  const pieces = calls.read([{ index: 0, id, function: value }]);
  return pieces && joinPieces(pieces);
}

/** Joins the pieces of the one legacy call; null where there are none. */
export function joinPieces(pieces: readonly Piece[]): Legacy | null {
  if (pieces.length === 0) return null;
  const name = pieces.find((piece) => piece.function?.name !== undefined)?.function?.name;
  const text = pieces.map((piece) => piece.function?.arguments ?? '').join('');
  return { ...(name !== undefined && { name }), arguments: text };
}
