import { readFileSync } from 'node:fs';
import { encode as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { encode as p50k } from 'gpt-tokenizer/encoding/p50k_base';
import { encode as r50k } from 'gpt-tokenizer/encoding/r50k_base';
import { ApiError } from '../../function/errors.ts';
import { encodingOf, vocabularyOf, type Encoding } from '../../function/tokenizers/encodings.ts';
import { decodeTokens, type TextsAndTokens } from '../../function/tokenizers/texts.ts';

/** The file of OpenAI's own library that a vocabulary comes from: a token's bytes in base64 and its number, on a line each. */
function published(encoding: string): [token: number, bytes: Buffer][] {
  const lines = readFileSync(new URL(import.meta.resolve(`gpt-tokenizer/data/${encoding}.tiktoken`)), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [bytes = '', token = ''] = line.split(' ');
    return [Number(token), Buffer.from(bytes, 'base64')];
  });
}

const files = ['cl100k_base', 'o200k_base', 'p50k_base', 'r50k_base'] as const;
/** A model of each tokenizer. */
const models: Readonly<Record<(typeof files)[number], string>> = {
  cl100k_base: 'text-embedding-3-small',
  o200k_base: 'gpt-4o',
  p50k_base: 'text-davinci-003',
  r50k_base: 'davinci',
};
const encoders = { cl100k_base: cl100k, o200k_base: o200k, p50k_base: p50k, r50k_base: r50k };

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Numbers from 0 to below 1, the same in every run. */
function chance(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.each(files)('%s', (encoding) => {
  const tokens = new Map(published(encoding));
  const param = 'input';

  test('every token has the bytes that OpenAI publishes', async () => {
    const vocabulary = await vocabularyOf(encoding);
    const wrong = [...tokens].filter(([token, bytes]) => {
      const part = vocabulary(token) ?? '';
      return !bytes.equals(typeof part === 'string' ? Buffer.from(part) : Buffer.from(part));
    });
    expect(wrong).toEqual([]);
  });

  test('any tokens in any order are the text of all their bytes', async () => {
    const next = chance();
    const all = [...tokens.keys()];
    const halves = all.filter((token) => tokens.get(token)?.some((byte) => byte > 0x7f));
    const lists = Array.from({ length: 300 }, () =>
      Array.from({ length: 1 + Math.floor(next() * 40) }, () => {
        const from = next() < 0.7 ? halves : all;
        return from[Math.floor(next() * from.length)] ?? 0;
      }),
    );
    const texts = lists.map((list) =>
      utf8.decode(Buffer.concat(list.map((token) => tokens.get(token) ?? Buffer.of()))),
    );
    expect(await decodeTokens(lists, { model: models[encoding], param })).toEqual(texts);
    expect(texts.join('')).toContain('\ufffd');
  });

  test('what the tokenizer makes of a text becomes the text again', async () => {
    const next = chance();
    const signs = [
      'a',
      ' ',
      '\n',
      'é',
      'ß',
      '日',
      '本',
      '語',
      '한',
      'ع',
      '🦊',
      '👩‍👩‍👧',
      '🇩🇪',
      '\u0000',
      '\ufeff',
      '1',
      'the ',
      '\t',
    ];
    const texts = Array.from({ length: 200 }, () =>
      Array.from({ length: 1 + Math.floor(next() * 60) }, () => signs[Math.floor(next() * signs.length)]).join(''),
    );
    const lists = texts.map((text) => encoders[encoding](text));
    expect(await decodeTokens(lists, { model: models[encoding], param })).toEqual(texts);
  });
});

test.each<[name: string, encoding: Encoding]>([
  ['text-embedding-3-small', 'cl100k_base'],
  ['text-embedding-3-large', 'cl100k_base'],
  ['text-embedding-ada-002', 'cl100k_base'],
  ['gpt-3.5-turbo-instruct', 'cl100k_base'],
  ['gpt-4', 'cl100k_base'],
  ['gpt-4-turbo', 'cl100k_base'],
  ['davinci-002', 'cl100k_base'],
  ['my-model', 'cl100k_base'],
  ['amazon.titan-embed-text-v2:0', 'cl100k_base'],
  ['constructor', 'cl100k_base'],
  ['gpt-4o', 'o200k_base'],
  ['gpt-4o-mini-2024-07-18', 'o200k_base'],
  ['gpt-4.1-nano', 'o200k_base'],
  ['gpt-5', 'o200k_base'],
  ['gpt-5.6-luna', 'o200k_base'],
  ['o3-mini', 'o200k_base'],
  ['ft:gpt-4o-mini:example:name:id', 'o200k_base'],
  ['gpt-oss-120b', 'o200k_harmony'],
  ['openai.gpt-oss-20b-1:0', 'o200k_harmony'],
  ['text-davinci-003', 'p50k_base'],
  ['code-cushman-001', 'p50k_base'],
  ['text-davinci-edit-001', 'p50k_edit'],
  ['text-davinci-001', 'r50k_base'],
  ['curie', 'r50k_base'],
  ['text-search-ada-doc-001', 'r50k_base'],
  ['text-similarity-davinci-001', 'r50k_base'],
  ['gpt2', 'r50k_base'],
])('%s is a name of %s', (name, encoding) => {
  expect(encodingOf(name)).toBe(encoding);
});

test.each<[encoding: Encoding, none: readonly number[]]>([
  ['cl100k_base', [100_256, 100_261, 100_264, 100_275, 100_277]],
  ['o200k_base', [199_998, 200_000, 200_006, 200_017, 200_019]],
  ['o200k_harmony', [201_088]],
  ['p50k_base', [50_281]],
  ['p50k_edit', [50_284]],
  ['r50k_base', [50_257]],
])('%s has no token at a number that it leaves free', async (encoding, none) => {
  const vocabulary = await vocabularyOf(encoding);
  for (const token of [...none, -1, 1.5, 1e300, Infinity, NaN])
    expect([token, vocabulary(token)]).toEqual([token, undefined]);
});

/** The tokens beside the ranks that each tokenizer has. */
const special: Readonly<Record<Encoding, readonly (readonly [token: number, text: string])[]>> = {
  cl100k_base: [
    [100_257, '<|endoftext|>'],
    [100_258, '<|fim_prefix|>'],
    [100_259, '<|fim_middle|>'],
    [100_260, '<|fim_suffix|>'],
    [100_276, '<|endofprompt|>'],
  ],
  o200k_base: [
    [199_999, '<|endoftext|>'],
    [200_018, '<|endofprompt|>'],
  ],
  o200k_harmony: [
    [199_998, '<|startoftext|>'],
    [199_999, '<|endoftext|>'],
    [200_000, '<|reserved_200000|>'],
    [200_001, '<|reserved_200001|>'],
    [200_002, '<|return|>'],
    [200_003, '<|constrain|>'],
    [200_004, '<|reserved_200004|>'],
    [200_005, '<|channel|>'],
    [200_006, '<|start|>'],
    [200_007, '<|end|>'],
    [200_008, '<|message|>'],
    [200_012, '<|call|>'],
    [200_018, '<|endofprompt|>'],
    [201_087, '<|reserved_201087|>'],
  ],
  p50k_base: [[50_256, '<|endoftext|>']],
  p50k_edit: [
    [50_256, '<|endoftext|>'],
    [50_281, '<|fim_prefix|>'],
    [50_282, '<|fim_middle|>'],
    [50_283, '<|fim_suffix|>'],
  ],
  r50k_base: [[50_256, '<|endoftext|>']],
};

test.each(Object.keys(special) as Encoding[])('%s has its special tokens', async (encoding) => {
  const vocabulary = await vocabularyOf(encoding);
  const tokens = special[encoding];
  expect(tokens.map(([token]) => [token, vocabulary(token)])).toEqual(tokens);
});

test('one list of tokens is one text, and texts beside lists stay as they are', async () => {
  const source = { model: 'm', param: 'input' };
  const [hello, world] = [cl100k('Hello'), cl100k(' world')];
  expect(await decodeTokens([...hello, ...world], source)).toBe('Hello world');
  expect(await decodeTokens(['Hello', world, []], source)).toEqual(['Hello', ' world', '']);
});

async function refusalOf(input: TextsAndTokens, param = 'input'): Promise<unknown> {
  const error: unknown = await decodeTokens(input, { model: 'm', param }).catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) return error;
  return { status: error.status, code: error.code, param: error.param, message: error.message };
}

const noToken = 'there is no such token in cl100k_base, by which tokens are decoded for a model of this name.';

test.each<[TextsAndTokens, string, string, string]>([
  [[1, 100_256], 'input[1]', 'invalid_value', `Invalid 'input[1]': ${noToken}`],
  [['a', [1, -1]], 'input[1][1]', 'invalid_value', `Invalid 'input[1][1]': ${noToken}`],
  [[1, 'a'], 'input[1]', 'invalid_type', "Invalid type for 'input[1]': expected a token, as all before it are."],
  [
    ['a', 1],
    'input[1]',
    'invalid_type',
    "Invalid type for 'input[1]': expected a text or a list of tokens, but got a single token.",
  ],
])('%j is refused at %s', async (input, param, code, message) => {
  expect(await refusalOf(input)).toEqual({ status: 400, code, param, message });
});

test('tokens cannot make a text that no request could hold, all lists together', async () => {
  const [blanks = 0, more] = cl100k(' '.repeat(64));
  expect(more).toBeUndefined();
  const half = Array.from({ length: 49_152 }, () => blanks);
  const longest = await decodeTokens([half, half], { model: 'm', param: 'input' });
  expect(longest).toEqual([' '.repeat(3 * 1024 * 1024), ' '.repeat(3 * 1024 * 1024)]);
  expect(await refusalOf([half, [...half, blanks]])).toEqual({
    status: 400,
    code: 'context_length_exceeded',
    param: 'input[1]',
    message: "Invalid 'input[1]': these tokens make a text that is too long.",
  });
});
