import { chanceOf, newId, seedOf } from '../../common/chance.ts';
import { limitAnswer, type Answer } from '../../common/limit.ts';
import { countText } from '../../common/tokens.ts';
import type { WantsBack } from '../models.ts';
import { partsOf, stopsOf, textOf, type ChatRequest } from '../wire.ts';
import { compose } from './compose.ts';
import { usageOf, type Usage } from './usage.ts';

/** What answers: its name in replies, and what it can. */
export interface Answerer {
  readonly model: string;
  readonly thinks: boolean;
  /** What it gives with a call, to have it back in the next turn. */
  readonly wantsBack?: WantsBack | undefined;
}

/** One of the choices of an answer. */
export interface Choice {
  readonly answer: Answer;
  readonly wantsBack?: WantsBack | undefined;
}

/** An answer with what is said beside it: both replies and chunks are written from it. */
export interface ChatAnswer {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  readonly fingerprint: string;
  readonly choices: readonly Choice[];
  readonly usage: Usage;
}

/** Changes the end of an answer, as a fault does. */
export type Ending = (answer: Answer) => Answer;

/**
 * The answer to a request: what it says is the same each time, streamed or not, whatever is only said about the request. Its ids
 * and its time are its own.
 */
export function chatAnswer(request: ChatRequest, { model, thinks, wantsBack }: Answerer, ending?: Ending): ChatAnswer {
  const { messages, tools, tool_choice, functions, response_format, seed } = request;
  const name = seedOf(model, messages, tools, tool_choice, functions, response_format, seed);
  const limits = {
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    stopSequences: stopsOf(request.stop),
  };
  const choices = Array.from({ length: request.n ?? 1 }, (_, index) => {
    const chance = chanceOf(`${name} ${index}`);
    const answer = limitAnswer(compose({ request, chance, thinks: thinks || wantsBack === 'reasoning' }), limits);
    return { answer: ending?.(answer) ?? answer, wantsBack };
  });
  return {
    id: `chatcmpl-${newId(29)}`,
    created: now(),
    model,
    fingerprint: `fp_${seedOf(model).slice(0, 10)}`,
    choices,
    usage: usageOf(
      promptTokens(request),
      choices.map(({ answer }) => answer),
    ),
  };
}

/** The clock's time, as answers have it. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

// About what an image costs at the size most models scale to, and what a message costs beside its text.
const imageTokens = 765;
const messageTokens = 3;

/** Rough count of the input tokens of a chat. */
export function promptTokens(request: ChatRequest): number {
  const said = request.messages.map((message) => {
    const images = partsOf(message).filter(({ type }) => type === 'image_url').length;
    const calls = message.tool_calls === undefined ? '' : JSON.stringify(message.tool_calls);
    return messageTokens + countText(textOf(message) + calls) + images * imageTokens;
  });
  const { tools, functions } = request;
  const told = tools ?? functions;
  return said.reduce(
    (sum, tokens) => sum + tokens,
    told === undefined || told === null ? 0 : countText(JSON.stringify(told)),
  );
}
