import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { embeddingFamilyOf, type EmbeddingFamily } from '../../function/catalog/embedding-families.ts';
import type { EmbeddingsReply, EmbeddingsRequest } from '../../function/dialects/embeddings.gen.ts';
import { ApiError } from '../../function/errors.ts';
import { inputInTexts } from '../../function/pipeline/token-texts.ts';
import type { InvokeAnswer, InvokeBody } from '../../function/translate/embeddings/bodies.ts';
import { invokeAnswerOf, embeddingsCallOf } from '../../function/translate/embeddings/invoke/index.ts';
import { reply } from '../../function/translate/embeddings/reply.ts';
import { invokeCalls } from '../../function/translate/embeddings/request.ts';
import type { TextEmbeddingsRequest } from '../../function/translate/embeddings/texts.ts';
import { embeddingsRequest } from '../../function/validate/embeddings-request.ts';
import { conforms } from '../schemas/conforms.ts';
import { wire } from './context.ts';
import { told, type Told } from './tried.ts';

/** `embeddings` is OpenAI's request; `invoke` the bodies of InvokeModel, or what it answers; one of the last two is there. */
interface EmbeddingsPair {
  readonly model: string;
  readonly embeddings: EmbeddingsRequest;
  readonly invoke: readonly InvokeBody[];
  readonly ignored?: readonly string[];
}
interface EmbeddingsAnswer {
  readonly model: string;
  readonly embeddings: EmbeddingsRequest;
  readonly invoke: readonly InvokeAnswer[];
  readonly reply?: EmbeddingsReply;
  readonly failure?: string;
}
/** The other way round: `invoke` is the body that a client of InvokeModel sends, `openai` the server's side. */
interface InvokePair {
  readonly invoke: InvokeBody;
  readonly openai: EmbeddingsRequest;
  readonly ignored?: readonly string[];
}
interface InvokeReply {
  readonly invoke: InvokeBody;
  readonly openai: EmbeddingsReply;
  readonly body?: InvokeBody;
  readonly inputTokens?: number;
  readonly failure?: string;
}

/** The members of each kind of pair: those that it must have, and those that it may have. */
const keys = {
  'request/embeddings': [
    ['why', 'model', 'embeddings', 'invoke'],
    ['ignored', 'rules'],
  ],
  'refused/embeddings': [['why', 'model', 'embeddings', 'error'], ['rules']],
  'reply/embeddings': [
    ['why', 'model', 'embeddings', 'invoke'],
    ['reply', 'failure'],
  ],
  'request/invoke': [['why', 'invoke', 'openai'], ['ignored']],
  'refused/invoke': [['why', 'invoke', 'error'], []],
  'reply/invoke': [
    ['why', 'invoke', 'openai'],
    ['body', 'inputTokens', 'failure'],
  ],
} as const satisfies Record<string, readonly [readonly string[], readonly string[]]>;

function pairs<Pair>(folder: keyof typeof keys): [name: string, pair: Pair][] {
  const directory = path.join(import.meta.dirname, folder);
  return readdirSync(directory).map((file) => {
    const pair = JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
    const [required, optional] = keys[folder];
    const present = Object.keys(pair);
    const strange = present.filter((key) => ![...required, ...optional].some((known) => known === key));
    const missing = required.filter((key) => !present.includes(key));
    if (strange.length + missing.length > 0 || pair.why.trim() === '')
      throw new Error(`${folder}/${file} has ${strange.join(', ')} or lacks ${missing.join(', ')}.`);
    return [file.replace(/\.json$/, ''), pair];
  });
}

function familyOf(model: string): EmbeddingFamily {
  const family = embeddingFamilyOf(model);
  if (family === undefined) throw new Error(`${model} is no embedding model`);
  return family;
}

/** A request as the endpoint reads it for a model of Bedrock's. */
async function read(body: unknown): Promise<TextEmbeddingsRequest> {
  return inputInTexts(embeddingsRequest(body));
}

/** A list of numbers is one text. */
function textsIn({ input }: EmbeddingsRequest): number {
  return typeof input === 'string' || typeof input[0] === 'number' ? 1 : input.length;
}

async function refusal(run: () => unknown): Promise<ApiError | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

describe.each(pairs<EmbeddingsPair>('request/embeddings'))('request %s', (_name, pair) => {
  test('embeddings become bodies of InvokeModel', async () => {
    expect(conforms('embeddings-request', pair.embeddings)).toEqual([]);
    const before = wire(pair.embeddings);
    const { bodies, sizes, ignored } = invokeCalls(await read(pair.embeddings), familyOf(pair.model));
    expect(wire(bodies)).toEqual(pair.invoke);
    expect(ignored).toEqual(pair.ignored ?? []);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(textsIn(pair.embeddings));
    expect(pair.embeddings).toEqual(before);
  });
});

describe.each(pairs<EmbeddingsPair & { error: Told }>('refused/embeddings'))('refused %s', (_name, pair) => {
  test('embeddings are refused, and the error names the member', async () => {
    const refused = await refusal(async () => invokeCalls(await read(pair.embeddings), familyOf(pair.model)));
    expect(told(refused)).toEqual(pair.error);
  });
});

describe.each(pairs<EmbeddingsAnswer>('reply/embeddings'))('reply %s', (_name, pair) => {
  test('answers of InvokeModel become one of embeddings', async () => {
    expect(conforms('embeddings-request', pair.embeddings)).toEqual([]);
    const family = familyOf(pair.model);
    const { sizes } = invokeCalls(await read(pair.embeddings), family);
    const outcome = reply(pair.invoke, { request: pair.embeddings, family, sizes });
    expect(outcome.ok ? wire(outcome.value) : outcome.failure.name).toEqual(pair.reply ?? pair.failure);
    expect(pair.reply === undefined ? [] : conforms('embeddings-reply', pair.reply)).toEqual([]);
  });
});

describe.each(pairs<InvokePair>('request/invoke'))('request of InvokeModel: %s', (_name, pair) => {
  test("a model's body becomes embeddings", () => {
    expect(conforms('embeddings-request', pair.openai)).toEqual([]);
    const { request, ignored } = embeddingsCallOf(pair.invoke);
    expect(wire({ ...request, model: pair.openai.model })).toEqual(pair.openai);
    expect(ignored.toSorted()).toEqual(pair.ignored ?? []);
  });
});

describe.each(pairs<{ invoke: InvokeBody; error: Told }>('refused/invoke'))(
  'refused of InvokeModel: %s',
  (_name, pair) => {
    test('the body is refused, and the error names the member', async () => {
      expect(told(await refusal(() => embeddingsCallOf(pair.invoke)))).toEqual(pair.error);
    });
  },
);

describe.each(pairs<InvokeReply>('reply/invoke'))('reply of InvokeModel: %s', (_name, pair) => {
  test("embeddings become a model's body", () => {
    expect(conforms('embeddings-reply', pair.openai)).toEqual([]);
    const answer = invokeAnswerOf(pair.openai, embeddingsCallOf(pair.invoke), 'golden');
    expect(answer === undefined ? 'MalformedReply' : wire(answer)).toEqual(
      pair.failure ?? { body: pair.body, inputTokens: pair.inputTokens },
    );
  });
});
