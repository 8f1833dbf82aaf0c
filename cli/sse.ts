import { Failure } from './failure.ts';

const maxEventLength = 8 * 1_024 ** 2;

/** The data of each server-sent event of a stream, in order. Rejects with a Failure for an event of more than 8 MB. */
export async function* eventData(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > maxEventLength) throw new Failure('the server sent an event of more than 8 MB');
    yield* dataOf(lines);
  }
  yield* dataOf([rest]);
}

/** OpenAI's streams have each event on one line: the others are comments and empty lines. */
function dataOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => (line.startsWith('data:') ? [line.slice('data:'.length).trim()] : []));
}
