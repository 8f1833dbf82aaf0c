import { chanceOf, newId, seedOf, type Chance } from '../../common/chance.ts';
import { limitAnswer, type Answer } from '../../common/limit.ts';
import { answerText } from '../../common/prose.ts';
import { countText, inPieces } from '../../common/tokens.ts';
import { stopsOf, type CompletionsRequest, type Prompt } from '../wire.ts';
import { now, type Ending } from './chat.ts';
import { byTurns, type Chunk } from './chunks.ts';
import { legacyLogprobs } from './logprobs.ts';
import { usageOf, type Usage } from './usage.ts';

// What OpenAI and vLLM write when nothing else is said.
const defaultMaxTokens = 16;
const maxTextPieces = 14;

interface Choice {
  readonly prompt: string;
  readonly answer: Answer;
  readonly text: string;
}

/** The answer to a legacy request: for each prompt as many choices as were asked for. */
export interface CompletionsAnswer {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage: Usage;
}

/** Answer to a completions request, before it is written. */
export function completionsAnswer(request: CompletionsRequest, model: string, ending?: Ending): CompletionsAnswer {
  const prompts = promptsOf(request.prompt ?? '<|endoftext|>');
  const limits = { maxTokens: request.max_tokens ?? defaultMaxTokens, stopSequences: stopsOf(request.stop) };
  const choices = prompts.flatMap((prompt) =>
    Array.from({ length: request.n ?? 1 }, (_, index) => {
      const chance = chanceOf(seedOf(model, prompt, request.suffix, request.seed, index));
      const natural = limitAnswer([{ kind: 'text', text: continuation(prompt, chance) }], limits);
      const answer = ending?.(natural) ?? natural;
      return { prompt, answer, text: answer.blocks.map((block) => (block.kind === 'text' ? block.text : '')).join('') };
    }),
  );
  const asked = prompts.reduce((sum, prompt) => sum + countText(prompt), 0);
  return {
    id: `cmpl-${newId(29)}`,
    created: now(),
    model,
    choices,
    usage: usageOf(
      asked,
      choices.map(({ answer }) => answer),
    ),
  };
}

/** Prompts as texts; tokens become a text of their numbers. */
export function promptsOf(prompt: Prompt): string[] {
  if (typeof prompt === 'string') return [prompt];
  const tokens = prompt.filter((item) => typeof item === 'number');
  if (tokens.length > 0) return [written(tokens)];
  return prompt.map((item) => (typeof item === 'string' ? item : written([item].flat())));
}

// Tokens are numbers of a vocabulary that nobody has here: each is written as its number.
function written(tokens: readonly number[]): string {
  return tokens.map((token) => `<${token}>`).join(' ');
}

const templateMarks = /<\|[^|>]*\|>|<\/?s>|\[\/?INST\]|<\/?\w+_of_turn>/g;

/**
 * What follows a prompt. A model that only continues text does not stop after its answer: where the prompt shows how turns
 * end, it goes on with that mark and a turn of the user.
 */
function continuation(prompt: string, chance: Chance): string {
  const end = (prompt.match(templateMarks) ?? []).find((mark) => /end|eot|\/s|\/INST/.test(mark));
  const words = prompt.replaceAll(templateMarks, ' ').split(/\s+/).filter(Boolean);
  const asked = words.filter((word) => !/^(system|user|assistant)$/.test(word)).slice(-6);
  const gap = /\s$/.test(prompt) ? '' : ' ';
  const text = `${gap}${answerText({ text: asked.join(' '), results: [], images: 0, documents: [] }, chance)}`;
  return end === undefined ? text : `${text}${end}\nuser\nAnd what else?${end}\n`;
}

/** Body of a whole answer. */
export function completionsReply(answer: CompletionsAnswer, request: CompletionsRequest): Record<string, unknown> {
  const choices = answer.choices.map((choice, index) => {
    const text = request.echo === true ? choice.prompt + choice.text : choice.text;
    return { index, text, logprobs: likelihoods(text, { request, offset: 0 }), finish_reason: finishReason(choice) };
  });
  return {
    id: answer.id,
    object: 'text_completion',
    created: answer.created,
    model: answer.model,
    choices,
    usage: answer.usage,
  };
}

/** Chunks of a streamed answer. */
export function completionsChunks(answer: CompletionsAnswer, request: CompletionsRequest): Chunk[] {
  const withUsage = request.stream_options?.include_usage === true;
  const usage = withUsage ? { usage: null } : {};
  const head = { id: answer.id, object: 'text_completion', created: answer.created, model: answer.model, ...usage };
  const said = byTurns(answer.choices.map((choice, index) => steps(choice, { index, request })));
  const chunk = (step: object): Chunk => ({ ...head, choices: [step] });
  const chunks = said.map(chunk);
  return withUsage ? [...chunks, { ...head, choices: [], usage: answer.usage }] : chunks;
}

function steps(choice: Choice, { index, request }: { index: number; request: CompletionsRequest }): object[] {
  const pieces = [...(request.echo === true ? [choice.prompt] : []), ...inPieces(choice.text, maxTextPieces)];
  const offsets = pieces.map((_, at) => pieces.slice(0, at).join('').length);
  return [
    ...pieces.map((text, at) => ({
      index,
      text,
      logprobs: likelihoods(text, { request, offset: offsets[at] ?? 0 }),
      finish_reason: null,
    })),
    { index, text: '', logprobs: null, finish_reason: finishReason(choice) },
  ];
}

function likelihoods(
  text: string,
  { request, offset }: { request: CompletionsRequest; offset: number },
): object | null {
  const { logprobs } = request;
  return logprobs === undefined || logprobs === null ? null : legacyLogprobs(text, { alternatives: logprobs, offset });
}

const finishReasons: Readonly<Record<string, string>> = { max_tokens: 'length', content_filtered: 'content_filter' };

function finishReason({ answer }: Choice): string {
  return finishReasons[answer.stopReason] ?? 'stop';
}
