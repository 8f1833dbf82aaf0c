import { chanceOf } from '../../common/chance.ts';
import type { Block } from '../../common/limit.ts';
import { inPieces } from '../../common/tokens.ts';
import type { ChatRequest } from '../wire.ts';
import type { ChatAnswer, Choice } from './chat.ts';
import { extraOf, finishReason, isCustom, isLegacy, logprobs, thoughtsOf, tierOf, toolCall } from './reply.ts';

/** One chunk of a stream, as a JSON object. */
export type Chunk = Readonly<Record<string, unknown>>;

// A text arrives in about so many pieces, the arguments of a call in fewer.
const maxTextPieces = 14;
const maxInputPieces = 4;
const fillerLetters = 'abcdefghijklmnopqrstuvwxyz';

/** The chunks of an answer in OpenAI's order; where there are more choices than one, theirs come by turns. */
export function chatChunks(answer: ChatAnswer, request: ChatRequest): Chunk[] {
  const { include_usage: withUsage = false, include_obfuscation: withFiller = true } = request.stream_options ?? {};
  const head = {
    id: answer.id,
    object: 'chat.completion.chunk',
    created: answer.created,
    model: answer.model,
    service_tier: tierOf(request),
    system_fingerprint: answer.fingerprint,
    ...(withUsage && { usage: null }),
  };
  const filler = chanceOf(answer.id);
  const chunk = (step: Step): Chunk => {
    const obfuscation = withFiller
      ? { obfuscation: fillerLetters.slice(0, 1 + filler.below(fillerLetters.length)) }
      : {};
    return { ...head, choices: [step], ...obfuscation };
  };
  const chunks = byTurns(answer.choices.map((choice, index) => steps(choice, { index, request }))).map(chunk);
  return withUsage ? [...chunks, { ...head, choices: [], usage: answer.usage }] : chunks;
}

interface Step {
  readonly index: number;
  readonly delta: object;
  readonly logprobs: object | null;
  readonly finish_reason: string | null;
}

interface Place {
  readonly index: number;
  readonly request: ChatRequest;
}

function steps(choice: Choice, { index, request }: Place): Step[] {
  const { answer, wantsBack } = choice;
  const { blocks } = answer;
  const calls = blocks.filter((block) => block.kind === 'call');
  const texts = blocks.filter((block) => block.kind === 'text').flatMap(({ text }) => inPieces(text, maxTextPieces));
  const step = (delta: object, text?: string): Step => ({
    index,
    delta,
    logprobs: text === undefined ? null : logprobs(text, request),
    finish_reason: null,
  });
  const tells = wantsBack === 'reasoning';
  return [
    step({
      role: 'assistant',
      content: calls.length > 0 ? null : '',
      refusal: null,
      ...(tells && { reasoning_content: '' }),
    }),
    ...(tells ? inPieces(thoughtsOf(blocks), maxTextPieces) : []).map((thought) =>
      step({ reasoning_content: thought }),
    ),
    ...texts.map((content) => step({ content }, content)),
    ...calls
      .flatMap((call, at) =>
        wantsBack === 'signatures' ? [geminisCall(call, at)] : callDeltas(call, { index: at, request }),
      )
      .map((delta) => step(delta)),
    { index, delta: {}, logprobs: null, finish_reason: finishReason(choice, request) },
  ];
}

type Call = Extract<Block, { kind: 'call' }>;

function callDeltas(call: Call, { index, request }: Place): object[] {
  const pieces = inPieces(call.input, maxInputPieces);
  if (isLegacy(request)) {
    const begun = { name: call.name, arguments: '' };
    return [begun, ...pieces.map((input) => ({ arguments: input }))].map((called) => ({ function_call: called }));
  }
  const more = isCustom(call.name, request)
    ? pieces.map((input) => ({ index, custom: { input } }))
    : pieces.map((input) => ({ index, function: { arguments: input } }));
  return [{ index, ...toolCall({ ...call, input: '' }, request) }, ...more].map((part) => ({ tool_calls: [part] }));
}

/** Whole, with all parallel calls under one index. */
function geminisCall(call: Call, at: number): object {
  const { id, name, input } = call;
  const called = { index: 0, id, type: 'function', function: { name, arguments: input } };
  return { tool_calls: [{ ...called, ...extraOf(call, at, 'signatures') }] };
}

/** The steps of several choices by turns. */
export function byTurns<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}
