/** Tokenizers of OpenAI's, by the names that its library tiktoken has for them. */
export type Encoding = 'cl100k_base' | 'o200k_base' | 'o200k_harmony' | 'p50k_base' | 'p50k_edit' | 'r50k_base';

/**
 * Models whose tokenizer is not cl100k_base, by the tables of tiktoken's `model.py`. Its clients use cl100k_base for every name
 * that it does not know, as LangChain does, and so do OpenAI's embedding models.
 */
const lines: readonly (readonly [names: RegExp, encoding: Encoding])[] = [
  [/^(openai\.)?gpt-oss-/, 'o200k_harmony'],
  [/^(ft:)?(gpt-4o|gpt-4\.[1-9]|gpt-5|chatgpt-4o|o1|o3|o4-mini)(?=[-.:]|$)/, 'o200k_base'],
  [/^(text-davinci-00[23]|code-(davinci|cushman)-00[12]|davinci-codex|cushman-codex)$/, 'p50k_base'],
  [/^(text|code)-davinci-edit-001$/, 'p50k_edit'],
  [/^(text-)?(ada|babbage|curie|davinci)(-001)?$/, 'r50k_base'],
  [/^(text-similarity|text-search|code-search)-(ada|babbage|curie|davinci)-((doc|query|code|text)-)?001$/, 'r50k_base'],
  [/^gpt-?2$/, 'r50k_base'],
];

/** The tokenizer that clients use for a model of this name. */
export function encodingOf(name: string): Encoding {
  return lines.find(([names]) => names.test(name))?.[1] ?? 'cl100k_base';
}

const end = '<|endoftext|>';

/** Tokens beside the ranks: `openai_public.py` of tiktoken. The package gpt-tokenizer has some at numbers that OpenAI leaves free. */
const special: Readonly<Record<Encoding, ReadonlyMap<number, string>>> = {
  cl100k_base: new Map([
    [100257, end],
    [100258, '<|fim_prefix|>'],
    [100259, '<|fim_middle|>'],
    [100260, '<|fim_suffix|>'],
    [100276, '<|endofprompt|>'],
  ]),
  o200k_base: new Map([
    [199999, end],
    [200018, '<|endofprompt|>'],
  ]),
  o200k_harmony: new Map([
    ...Array.from({ length: 201_088 - 200_000 }, (_, index): [number, string] => {
      const token = 200_000 + index;
      return [token, `<|reserved_${token}|>`];
    }),
    [199998, '<|startoftext|>'],
    [199999, end],
    [200002, '<|return|>'],
    [200003, '<|constrain|>'],
    [200005, '<|channel|>'],
    [200006, '<|start|>'],
    [200007, '<|end|>'],
    [200008, '<|message|>'],
    [200012, '<|call|>'],
    [200018, '<|endofprompt|>'],
  ]),
  p50k_base: new Map([[50256, end]]),
  p50k_edit: new Map([
    [50256, end],
    [50281, '<|fim_prefix|>'],
    [50282, '<|fim_middle|>'],
    [50283, '<|fim_suffix|>'],
  ]),
  r50k_base: new Map([[50256, end]]),
};

/** By its number, a token's text, or its bytes where they are no characters of their own. */
type Ranks = readonly (string | readonly number[] | undefined)[];

/** What a token stands for: a text, or bytes of UTF-8 that are only a part of characters; undefined where there is no such token. */
export type Vocabulary = (token: number) => string | readonly number[] | undefined;

/** Ranks take from half a megabyte to two and a half: each tokenizer's are loaded when first needed. */
const ranks: Readonly<Record<Encoding, () => Promise<{ readonly default: Ranks }>>> = {
  cl100k_base: () => import('gpt-tokenizer/bpeRanks/cl100k_base'),
  o200k_base: () => import('gpt-tokenizer/bpeRanks/o200k_base'),
  o200k_harmony: () => import('gpt-tokenizer/bpeRanks/o200k_base'),
  p50k_base: () => import('gpt-tokenizer/bpeRanks/p50k_base'),
  p50k_edit: () => import('gpt-tokenizer/bpeRanks/p50k_base'),
  r50k_base: () => import('gpt-tokenizer/bpeRanks/r50k_base'),
};

/** Loads the vocabulary of a tokenizer. */
export async function vocabularyOf(encoding: Encoding): Promise<Vocabulary> {
  const { default: known } = await ranks[encoding]();
  return (token) => known[token] ?? special[encoding].get(token);
}
