import { asObject } from '../../json.ts';
import type { Fault } from './fault.ts';
import { OpenAIError } from './openai-error.ts';

type Value = Readonly<Record<string, unknown>>;

/** How other servers than OpenAI's write the same answers, by server: asked for like what goes wrong. */
export const dialects: Readonly<Record<string, Fault>> = {
  azure: {
    about: 'a chunk about the prompt without choices, a finish without a delta, usage without choices',
    chunks: (chunks) => [
      { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [] },
      ...chunks.map((chunk) =>
        listOf(chunk, 'choices').length === 0 ? without(chunk, 'choices') : withFinalDelta(chunk, null),
      ),
    ],
  },
  cloudflare: {
    about: 'choices without an index',
    body: (body) => eachChoice(body, (choice) => without(choice, 'index')),
    chunks: (chunks) => chunks.map((chunk) => eachChoice(chunk, (choice) => without(choice, 'index'))),
  },
  deepinfra: {
    about: 'null for the arguments that are still to come',
    chunks: (chunks) =>
      chunks.map((chunk) => eachCall(chunk, (called) => ({ ...called, arguments: called['arguments'] || null }))),
  },
  deepseek: {
    about: 'a failure that is told as a finish reason',
    body: (body) => withFinishReason(body, 'insufficient_system_resource'),
    chunks: (chunks) => chunks.map((chunk) => withFinishReason(chunk, 'insufficient_system_resource')),
  },
  gemini: {
    about: 'all calls under one index without ids, finish reasons in capitals',
    body: (body) => withFinishReason(eachCall(body, same, { id: '' }), capitals),
    chunks: (chunks) =>
      inOnePiece(chunks).map((chunk) => withFinishReason(eachCall(chunk, same, { id: '', index: 0 }), capitals)),
  },
  mistral: {
    about: 'content in parts, model_length, and no max_completion_tokens',
    refuses: (request) => (Object.hasOwn(request, 'max_completion_tokens') ? extraField : undefined),
    body: (body) => withFinishReason(eachChoice(body, inParts), mistralWord),
    chunks: (chunks) => chunks.map((chunk) => withFinishReason(eachChoice(chunk, inParts), mistralWord)),
  },
  openrouter: {
    about: 'an error of the choice, beside its finish reason',
    body: (body) => eachChoice(body, (choice) => ({ ...choice, ...lost })),
    chunks: (chunks) =>
      chunks.map((chunk) => eachChoice(chunk, (choice) => (hasEnded(choice) ? { ...choice, ...lost } : choice))),
  },
  sglang: {
    about: 'an empty finish reason before the end',
    chunks: (chunks) =>
      chunks.map((chunk) =>
        eachChoice(chunk, (choice) => ({ ...choice, finish_reason: choice['finish_reason'] ?? '' })),
      ),
  },
  tgi: {
    about: 'arguments as an object, and an index that counts the chunks',
    body: (body) => eachCall(body, (called) => ({ ...called, arguments: JSON.parse(String(called['arguments'])) })),
    chunks: (chunks) =>
      inOnePiece(chunks).map((chunk, index) =>
        eachCall(
          eachChoice(chunk, (choice) => ({ ...choice, index })),
          (called) => ({ ...called, arguments: JSON.parse(String(called['arguments'])) }),
        ),
      ),
  },
  'never-streams': { about: 'a whole answer, whatever was asked for', neverStreams: true },
};

const lost = { finish_reason: 'error', error: { code: 502, message: 'The provider lost the connection.' } };

/** Mistral's validation of a field that it does not know. */
const extraField = new OpenAIError('Extra inputs are not permitted', {
  status: 422,
  body: {
    object: 'error',
    message: {
      detail: [
        { type: 'extra_forbidden', loc: ['body', 'max_completion_tokens'], msg: 'Extra inputs are not permitted' },
      ],
    },
    type: 'invalid_request_error',
    param: null,
    code: null,
  },
});

function capitals(reason: string): string {
  return reason === 'length' ? 'MAX_TOKENS' : reason.toUpperCase();
}

function mistralWord(reason: string): string {
  return reason === 'length' ? 'model_length' : reason;
}

/** Thoughts and texts as parts of the content. */
function inParts(choice: Value): Value {
  const place = choice['message'] === undefined ? 'delta' : 'message';
  const said = asObject(choice[place]) ?? {};
  const { content, reasoning_content: thought, ...rest } = said;
  const parts = [
    ...(typeof thought === 'string' ? [{ type: 'thinking', thinking: [{ type: 'text', text: thought }] }] : []),
    ...(typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : []),
  ];
  return { ...choice, [place]: { ...rest, content: parts.length > 0 ? parts : (content ?? '') } };
}

/** Each call as one piece, as servers stream that read them whole first; the rest as it comes. */
function inOnePiece(chunks: readonly Value[]): Value[] {
  const whole = new Map<unknown, { call: Value; text: string }>();
  for (const piece of chunks.flatMap(callsIn)) {
    const { call, text } = whole.get(piece['index']) ?? { call: piece, text: '' };
    const more = asObject(piece['function'])?.['arguments'];
    whole.set(piece['index'], { call, text: `${text}${typeof more === 'string' ? more : ''}` });
  }
  const calls = [...whole.values()].map(({ call, text }) =>
    Object.assign({}, call, { function: { ...asObject(call['function']), arguments: text } }),
  );
  const first = chunks.findIndex((chunk) => callsIn(chunk).length > 0);
  return chunks.flatMap((chunk, at) => {
    if (callsIn(chunk).length === 0) return [chunk];
    return at === first
      ? calls.map((call) => eachChoice(chunk, (choice) => ({ ...choice, delta: { tool_calls: [call] } })))
      : [];
  });
}

function callsIn(chunk: Value): Value[] {
  return listOf(chunk, 'choices').flatMap((choice) => listOf(asObject(choice['delta']) ?? {}, 'tool_calls'));
}

/** The chunk with another delta where its choice ends. */
function withFinalDelta(chunk: Value, delta: unknown): Value {
  return eachChoice(chunk, (choice) => (hasEnded(choice) ? { ...choice, delta } : choice));
}

function withFinishReason(answer: Value, word: string | ((reason: string) => string)): Value {
  return eachChoice(answer, (choice) => {
    const { finish_reason: reason } = choice;
    if (typeof reason !== 'string') return choice;
    return { ...choice, finish_reason: typeof word === 'string' ? word : word(reason) };
  });
}

function hasEnded({ finish_reason: reason }: Value): boolean {
  return typeof reason === 'string';
}

function eachChoice(answer: Value, change: (choice: Value) => Value): Value {
  return { ...answer, choices: listOf(answer, 'choices').map((choice) => change(choice)) };
}

/** Changes the function of each call, and lays `more` over the call itself. */
function eachCall(answer: Value, change: (called: Value) => Value, more: Value = {}): Value {
  return eachChoice(answer, (choice) => {
    const place = choice['message'] === undefined ? 'delta' : 'message';
    const said = asObject(choice[place]) ?? {};
    if (said['tool_calls'] === undefined) return choice;
    const calls = listOf(said, 'tool_calls').map((call) => {
      const called = asObject(call['function']);
      return Object.assign({}, call, called && { function: change(called) }, more);
    });
    return { ...choice, [place]: { ...said, tool_calls: calls } };
  });
}

function same(called: Value): Value {
  return called;
}

function without(value: Value, name: string): Value {
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
}

function listOf(value: Value, name: string): Value[] {
  const list = value[name];
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.map(asObject).filter((item) => item !== undefined);
}
