import { familyOf } from '../../function/catalog/families.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Failure } from '../../function/dialects/outcome.ts';
import type { ResponsesRequest } from '../../function/dialects/responses-request.gen.ts';
import type { ErrorBody } from '../../function/errors.ts';
import { responsesToConverse } from '../../function/translate/responses/index.ts';
import type { Plan } from '../../function/translate/responses/plan.ts';
import type { Media, Numbered, StoredFile, TranslationContext } from '../../function/translate/translation.ts';
import { responsesRequest } from '../../function/validate/responses-request.ts';
import { conforms } from '../schemas/conforms.ts';
import { wire } from './context.ts';
import { pairs, type Item, type Kind } from './pairs.ts';
import { bytesOf, cutAt, numbered, positions, read } from './streams.ts';
import { told, tried, type Told } from './tried.ts';

interface Pair {
  readonly why: string;
  readonly model?: string;
  readonly responses?: ResponsesRequest;
}

/** A Response object as far as it differs from `plainResponse`. */
type Response = Readonly<Record<string, unknown>>;

interface Responses {
  readonly request: Pair & {
    readonly model: string;
    readonly promptCaching?: 'off' | 'auto' | 'always';
    readonly media?: Readonly<Record<string, Media>>;
    readonly files?: Readonly<Record<string, StoredFile>>;
    readonly converse: ConverseRequest;
    readonly ignored?: readonly string[];
    readonly streams?: boolean;
  };
  readonly refused: { readonly why: string; readonly model: string; readonly responses: unknown; readonly error: Told };
  readonly reply: Pair & { readonly converse: ConverseResponse; readonly reply?: Response; readonly error?: Told };
  readonly stream: Pair & {
    readonly events: readonly Item[];
    readonly written: readonly Readonly<Record<string, unknown>>[];
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
    ['why', 'model', 'responses', 'converse'],
    ['ignored', 'streams', 'promptCaching', 'media', 'files', 'rules'],
  ],
  refused: [['why', 'model', 'responses', 'error'], ['rules']],
  reply: [
    ['why', 'converse'],
    ['model', 'responses', 'reply', 'error', 'rules'],
  ],
  stream: [
    ['why', 'events', 'written'],
    ['model', 'responses', 'rules'],
  ],
  failure: [['why', 'failure', 'status', 'body'], ['headers']],
};

/** What every Response object says where a pair says nothing else. */
const plainResponse: Response = {
  id: 'resp_golden',
  object: 'response',
  created_at: 1,
  completed_at: 3,
  status: 'completed',
  error: null,
  incomplete_details: null,
  background: false,
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  model: 'gpt-4o',
  output: [],
  parallel_tool_calls: true,
  presence_penalty: 0,
  previous_response_id: null,
  prompt_cache_key: null,
  prompt_cache_retention: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'auto',
  store: false,
  temperature: 1,
  text: { format: { type: 'text' }, verbosity: 'medium' },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  usage: null,
  user: null,
};

/** Settings that a pair's request says, as they are repeated. */
function repeated({ responses: given }: Pair): Response {
  const { tools, reasoning, instructions, tool_choice, text } = given ?? {};
  const functions = tools?.map((tool) =>
    tool.type === 'function' ? Object.assign({ description: null, parameters: null, strict: false }, tool) : tool,
  );
  return {
    ...(functions && { tools: functions }),
    ...(reasoning && { reasoning: { effort: null, summary: null, ...reasoning } }),
    ...(instructions && { instructions }),
    ...(tool_choice && { tool_choice }),
    ...(text && { text: { format: { type: 'text' }, verbosity: 'medium', ...text } }),
  };
}

function wholeResponse(pair: Pair, response: Response): Response {
  const running = response['status'] === 'in_progress' || response['status'] === 'failed';
  return { ...plainResponse, ...(running && { completed_at: null }), ...repeated(pair), ...response };
}

function responses<K extends keyof Responses>(kind: K): [name: string, pair: Responses[K]][] {
  return pairs(kind, 'responses') as unknown as [string, Responses[K]][];
}

function contextOf(
  request: ResponsesRequest,
  model: string,
  { promptCaching = 'off', media, files }: Partial<Responses['request']> = {},
): TranslationContext<ResponsesRequest> {
  return {
    request,
    stamp: { id: 'resp_golden', created: 1, elapsedMs: () => 2_500 },
    model,
    family: familyOf(model),
    media: new Map(Object.entries(media ?? {})),
    promptCaching,
    ...(files && { files: new Map(Object.entries(files)) }),
  };
}

interface Asked {
  readonly context: TranslationContext<ResponsesRequest>;
  readonly plan: Plan;
}

/** What an answer is translated with: the plan is what the request's translation makes of the context. */
function answering({ responses: given, model }: Pair): Asked {
  const request = responsesRequest(given ?? { model: 'gpt-4o', input: 'Hi' });
  const context = contextOf(request, model ?? 'anthropic.claude-sonnet-4-5-20250929-v1:0');
  return { context, plan: responsesToConverse.request(context).plan };
}

describe.each(Object.keys(keys) as Kind[])('pairs of responses: %s', (kind) => {
  test.each(responses(kind))('%s says what it is, and nothing that nobody reads', (_name, pair) => {
    const [required, optional] = keys[kind];
    const present = Object.keys(pair);
    expect([...required, ...optional]).toEqual(expect.arrayContaining(present));
    expect(present).toEqual(expect.arrayContaining([...required]));
    expect(pair.why.trim()).not.toBe('');
  });
});

describe.each(responses('request'))('request responses/%s', (_name, pair) => {
  test('both sides are as their specifications say', () => {
    expect(conforms('responses-request', responsesRequest(pair.responses))).toEqual([]);
    const schema = pair.responses?.stream === true ? 'converse-stream-request' : 'converse-request';
    expect(conforms(schema, pair.converse)).toEqual([]);
  });

  test('a response becomes converse', () => {
    const before = wire(pair.responses);
    const context = contextOf(responsesRequest(pair.responses), pair.model, pair);
    const { request, calls, ignored, streams } = responsesToConverse.request(context);
    expect(wire(request)).toEqual(pair.converse);
    expect(ignored).toEqual(pair.ignored ?? []);
    expect({ streams, calls }).toEqual({ streams: pair.streams ?? true, calls: 1 });
    expect(pair.responses).toEqual(before);
  });
});

describe.each(responses('refused'))('refused responses/%s', (_name, pair) => {
  test('a response is refused, and the error names the field', () => {
    const { refused } = tried(() =>
      responsesToConverse.request(contextOf(responsesRequest(pair.responses), pair.model)),
    );
    expect(told(refused)).toEqual(pair.error);
  });
});

describe.each(responses('reply'))('reply responses/%s', (_name, pair) => {
  const reply = pair.reply && wholeResponse(pair, pair.reply);

  test('both sides are as their specifications say', () => {
    expect(conforms('converse-response', pair.converse)).toEqual([]);
    expect(reply === undefined ? [] : conforms('responses-reply', reply)).toEqual([]);
    expect([pair.reply, pair.error].filter((side) => side !== undefined)).toHaveLength(1);
  });

  test('converse becomes a response', () => {
    const { context, plan } = answering(pair);
    const { value, refused } = tried(() => wire(responsesToConverse.reply([pair.converse], context, plan)));
    expect(value).toEqual(reply);
    expect(told(refused)).toEqual(pair.error);
  });
});

/** Runs items through the fold; gives the JSON text of each event. */
function streamed(asked: Asked, items: readonly Numbered<ConverseEvent>[]): string[] {
  const { stream } = responsesToConverse;
  const state = stream.begin(asked);
  const out = [...items.flatMap((item) => stream.step(state, item)), ...stream.end(state)];
  return out.map((event) => JSON.stringify(event));
}

describe.each(responses('stream'))('stream responses/%s', (_name, pair) => {
  const items = pair.events.map(numbered);
  const written = pair.written.map((event, sequence_number) => {
    const { response } = event;
    const whole = response === undefined ? {} : { response: wholeResponse(pair, response as Response) };
    return { ...event, ...whole, sequence_number };
  });

  test('both sides are as their specifications say', () => {
    expect(items.flatMap(({ item }) => ('failure' in item ? [] : conforms('converse-event', item)))).toEqual([]);
    expect(written.flatMap((event) => conforms('responses-event', event))).toEqual([]);
  });

  test('events become events', () => {
    expect(streamed(answering(pair), items).map((text): unknown => JSON.parse(text))).toEqual(written);
  });

  test('whatever the pieces are in which the bytes come', () => {
    const asked = answering(pair);
    const runs = bytesOf({ why: pair.why, events: pair.events, chunks: [] });
    const whole = streamed(asked, items).join('\n');
    const wrong = positions(runs).filter((at) => streamed(asked, read(cutAt(runs, at))).join('\n') !== whole);
    expect(wrong).toEqual([]);
  });
});

describe.each(responses('failure'))('failure responses/%s', (_name, pair) => {
  test('a failure becomes an error, and an event of a stream that has not begun', () => {
    expect(conforms('error', pair.body)).toEqual([]);
    const { status, headers, body, event } = responsesToConverse.failure(pair.failure);
    expect({ status, headers, body }).toEqual({ status: pair.status, headers: pair.headers ?? {}, body: pair.body });
    const { code, type, message, param } = pair.body.error;
    expect(event).toEqual({ type: 'error', code: code ?? type, message, param, sequence_number: 0 });
  });
});
