import { partsOf } from '../../function/storage/parts.ts';

async function* stream(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (const chunk of chunks) yield Buffer.from(chunk);
}

test.each<[chunks: string[], parts: string[]]>([
  [[], ['']],
  [['a'], ['a']],
  [['abc'], ['abc']],
  [['ab', 'c'], ['abc']],
  [['abcd'], ['abc', 'd']],
  [
    ['a', 'bcdefg', 'h'],
    ['abc', 'def', 'gh'],
  ],
  [['abcdef'], ['abc', 'def']],
])('the stream %j has the parts %j', async (chunks, parts) => {
  const found: string[] = [];
  for await (const part of partsOf(stream(...chunks), 3)) found.push(Buffer.from(part).toString());
  expect(found).toEqual(parts);
});
