import { familyOf } from '../../function/catalog/families.ts';
import type {
  CompletionsChunk,
  CompletionsReply,
  CompletionsRequest,
} from '../../function/dialects/completions.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Failure } from '../../function/dialects/outcome.ts';
import { ApiError, type ErrorBody } from '../../function/errors.ts';
import { promptInTexts } from '../../function/pipeline/token-texts.ts';
import { completionsToConverse } from '../../function/translate/completions/index.ts';
import type { Plan } from '../../function/translate/completions/plan.ts';
import type { TextPromptsRequest } from '../../function/translate/completions/to-converse/prompts.ts';
import type { TranslationContext, Numbered } from '../../function/translate/translation.ts';
import { completionsRequest } from '../../function/validate/completions-request.ts';
import { conforms } from '../schemas/conforms.ts';
import { wire } from './context.ts';
import { pairs, type Item, type Kind } from './pairs.ts';
import { bytesOf, cutAt, numbered, positions, read } from './streams.ts';
import { told, type Told } from './tried.ts';

interface Pair {
  readonly why: string;
  readonly model?: string;
  readonly completions?: CompletionsRequest;
}

interface Completions {
  readonly request: Pair & {
    readonly model: string;
    readonly completions: CompletionsRequest;
    /** A list where the calls differ. */
    readonly converse: ConverseRequest | readonly ConverseRequest[];
    readonly ignored?: readonly string[];
    readonly calls?: number;
  };
  readonly refused: {
    readonly why: string;
    readonly model: string;
    readonly completions: unknown;
    readonly error: Told;
  };
  readonly reply: Pair & {
    readonly converse: ConverseResponse | readonly ConverseResponse[];
    /** One of the two. */
    readonly reply?: CompletionsReply;
    readonly error?: Told;
  };
  readonly stream: Pair & {
    readonly events: readonly Item[];
    readonly chunks: readonly (CompletionsChunk | ErrorBody)[];
  };
  readonly failure: Pair & {
    readonly failure: Failure;
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: ErrorBody;
  };
}

/** The members of each kind of pair: the required first. A misspelt one would prove nothing. */
const keys: Readonly<Record<Kind, readonly [required: readonly string[], optional: readonly string[]]>> = {
  request: [
    ['why', 'model', 'completions', 'converse'],
    ['ignored', 'calls', 'rules'],
  ],
  refused: [['why', 'model', 'completions', 'error'], ['rules']],
  reply: [
    ['why', 'converse'],
    ['model', 'completions', 'reply', 'error'],
  ],
  stream: [
    ['why', 'events', 'chunks'],
    ['model', 'completions'],
  ],
  failure: [['why', 'failure', 'status', 'body'], ['headers']],
};

function completions<K extends keyof Completions>(kind: K): [name: string, pair: Completions[K]][] {
  return pairs(kind, 'completions') as unknown as [string, Completions[K]][];
}

async function contextOf(given: CompletionsRequest, model: string): Promise<TranslationContext<TextPromptsRequest>> {
  return {
    request: await promptInTexts(given),
    stamp: { id: 'cmpl-golden', created: 1 },
    model,
    family: familyOf(model),
    media: new Map(),
    promptCaching: 'off',
  };
}

interface Asked {
  readonly context: TranslationContext<TextPromptsRequest>;
  readonly plan: Plan;
}

/** What an answer is translated with: the plan is what the request's translation makes of the context. */
async function answering({ completions: given, model }: Pair): Promise<Asked> {
  const request = given ?? { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon a time' };
  const context = await contextOf(request, model ?? 'anthropic.claude-sonnet-4-5-20250929-v1:0');
  return { context, plan: completionsToConverse.request(context).plan };
}

/** What a function gives, or the refusal that it throws. */
async function tried(run: () => unknown): Promise<{ value?: unknown; refused?: ApiError }> {
  try {
    return { value: await run() };
  } catch (error) {
    if (error instanceof ApiError) return { refused: error };
    throw error;
  }
}

describe.each(Object.keys(keys) as Kind[])('pairs of completions: %s', (kind) => {
  test.each(completions(kind))('%s says what it is, and nothing that nobody reads', (_name, pair) => {
    const [required, optional] = keys[kind];
    const present = Object.keys(pair);
    expect([...required, ...optional]).toEqual(expect.arrayContaining(present));
    expect(present).toEqual(expect.arrayContaining([...required]));
    expect(pair.why.trim()).not.toBe('');
  });
});

describe.each(completions('request'))('request completions/%s', (_name, pair) => {
  const asked = [pair.converse].flat();

  test('both sides are as their specifications say', () => {
    expect(conforms('completions-request', pair.completions)).toEqual([]);
    const schema = pair.completions.stream === true ? 'converse-stream-request' : 'converse-request';
    expect(asked.flatMap((one) => conforms(schema, one))).toEqual([]);
  });

  test('a completion becomes converse', async () => {
    const before = wire(pair.completions);
    const context = await contextOf(completionsRequest(pair.completions), pair.model);
    const translated = completionsToConverse.request(context);
    const { request, requests, calls, ignored, streams } = translated;
    expect(wire(requests ?? request)).toEqual(pair.converse);
    expect(wire(request)).toEqual(asked[0]);
    expect(ignored).toEqual(pair.ignored ?? []);
    expect({ streams, calls }).toEqual({ streams: true, calls: pair.calls ?? 1 });
    expect(requests === undefined || requests.length === calls).toBe(true);
    expect(pair.completions).toEqual(before);
  });
});

describe.each(completions('refused'))('refused completions/%s', (_name, pair) => {
  test('a completion is refused, and the error names the member', async () => {
    const { refused } = await tried(async () =>
      completionsToConverse.request(await contextOf(completionsRequest(pair.completions), pair.model)),
    );
    expect(told(refused)).toEqual(pair.error);
  });
});

describe.each(completions('reply'))('reply completions/%s', (_name, pair) => {
  const replies = [pair.converse].flat();

  test('both sides are as their specifications say', () => {
    expect(replies.flatMap((one) => conforms('converse-response', one))).toEqual([]);
    expect(pair.completions === undefined ? [] : conforms('completions-request', pair.completions)).toEqual([]);
    expect(pair.reply === undefined ? [] : conforms('completions-reply', pair.reply)).toEqual([]);
    expect([pair.reply, pair.error].filter((side) => side !== undefined)).toHaveLength(1);
  });

  test('converse becomes a completion', async () => {
    const { context, plan } = await answering(pair);
    const { value, refused } = await tried(() => wire(completionsToConverse.reply(replies, context, plan)));
    expect(value).toEqual(pair.reply);
    expect(told(refused)).toEqual(pair.error);
  });
});

/** Runs items through the fold; gives the JSON text of each chunk. */
function streamed(asked: Asked, items: readonly Numbered<ConverseEvent>[]): string[] {
  const { stream } = completionsToConverse;
  const state = stream.begin(asked);
  const out = [...items.flatMap((item) => stream.step(state, item)), ...stream.end(state)];
  return out.map((chunk) => JSON.stringify(chunk));
}

describe.each(completions('stream'))('stream completions/%s', (_name, pair) => {
  const items = pair.events.map(numbered);

  test('both sides are as their specifications say', () => {
    expect(items.flatMap(({ item }) => ('failure' in item ? [] : conforms('converse-event', item)))).toEqual([]);
    expect(pair.completions === undefined ? [] : conforms('completions-request', pair.completions)).toEqual([]);
    const wrong = pair.chunks.flatMap((said) => conforms('error' in said ? 'error' : 'completions-chunk', said));
    expect(wrong).toEqual([]);
  });

  test('events become chunks', async () => {
    expect(streamed(await answering(pair), items).map((text): unknown => JSON.parse(text))).toEqual(pair.chunks);
  });

  test('whatever the pieces are in which the bytes come', async () => {
    const asked = await answering(pair);
    const runs = bytesOf({ why: pair.why, events: pair.events, chunks: [] });
    const whole = streamed(asked, items).join('\n');
    const wrong = positions(runs).filter((at) => streamed(asked, read(cutAt(runs, at))).join('\n') !== whole);
    expect(wrong).toEqual([]);
  });
});

describe.each(completions('failure'))('failure completions/%s', (_name, pair) => {
  test('a failure becomes an error', () => {
    expect(conforms('error', pair.body)).toEqual([]);
    const { status, headers, body, event } = completionsToConverse.failure(pair.failure);
    expect({ status, headers, body }).toEqual({ status: pair.status, headers: pair.headers ?? {}, body: pair.body });
    expect(event).toEqual(pair.body);
  });
});
