import type { CompletionsChunk, CompletionsReply, CompletionsRequest } from '../../dialects/completions.gen.ts';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import { isObject } from '../../dialects/json.ts';
import type { AnswerReader, AnswerContext, ItemParser, Value } from './answer-reader.ts';
import { choicesOf, type IndexedChoice } from './choices.ts';
import { choiceFailure, hasError, malformedFailure } from './failures.ts';
import { readFinishReason } from './finish-reason.ts';
import { extrasOf, headOf, readUsage, type Head } from './head.ts';

type Choice = CompletionsReply['choices'][number];
type ChunkChoice = CompletionsChunk['choices'][number];

/** Reads the answers of legacy completions. */
export const completionsAnswers: AnswerReader<CompletionsRequest, CompletionsReply, CompletionsChunk> = {
  choices: ({ prompt, n }) => (n ?? 1) * promptsIn(prompt),
  reply,
  chunks,
};

/** The number of prompts: a list holds one per item, unless it is one prompt of tokens. */
function promptsIn(prompt: CompletionsRequest['prompt']): number {
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? Math.max(prompt.length, 1) : 1;
}

function reply(value: Value, context: AnswerContext): Outcome<CompletionsReply> {
  const read: Choice[] = [];
  const indexed = choicesOf(value, hasAnswer, context);
  const failure =
    indexed === undefined
      ? malformedFailure(context, 'choices')
      : readChoices(indexed, context, (choice, finish) => read.push({ ...choice, finish_reason: finish ?? 'stop' }));
  if (failure !== undefined) return { ok: false, failure };
  if (read.length === 0) return { ok: false, failure: malformedFailure(context, 'choices') };
  const usage = readUsage(value['usage']);
  return { ok: true, value: { ...frameOf(value, headOf(value, context)), choices: read, ...(usage && { usage }) } };
}

function hasAnswer({ text, error }: Value): boolean {
  return typeof text === 'string' || hasError(error);
}

function chunks(context: AnswerContext): ItemParser<CompletionsChunk> {
  let head: Head | undefined;
  return (value, out) => {
    const choices: ChunkChoice[] = [];
    const indexed = choicesOf(value, () => true, context);
    if (indexed === undefined) return malformedFailure(context, 'choices');
    const failure = readChoices(indexed, context, (choice, finish) =>
      choices.push({ ...choice, finish_reason: finish }),
    );
    const usage = readUsage(value['usage']) ?? (value['usage'] === null ? null : undefined);
    if (choices.length > 0 || usage || (failure === undefined && Array.isArray(value['choices']))) {
      head = headOf(value, context, head);
      out.push({ ...frameOf(value, head), choices, ...(usage !== undefined && { usage }) });
    }
    return failure;
  };
}

function frameOf(value: Value, head: Head) {
  const { usage: _usage, service_tier: _tier, system_fingerprint: _print, ...rest } = value;
  const { system_fingerprint } = extrasOf(value);
  const print = system_fingerprint === undefined ? {} : { system_fingerprint };
  return { ...rest, ...head, ...print, object: 'text_completion' as const };
}

type Take = (choice: Omit<ChunkChoice, 'finish_reason'>, finish: ChunkChoice['finish_reason']) => void;

/** Reads every choice up to a failure. What the failed choice said before is kept without a finish reason. */
function readChoices(indexed: readonly IndexedChoice[], context: AnswerContext, take: Take): Failure | undefined {
  for (const { index, choice } of indexed) {
    const { text, finish_reason: reason, logprobs, error, ...rest } = choice;
    if (text !== undefined && text !== null && typeof text !== 'string') return malformedFailure(context, 'texts');
    const finish = readFinishReason(reason) ?? null;
    const failed = finish === 'failed' || hasError(error);
    const parsed = { ...rest, index, text: text ?? '', logprobs: isLogprobs(logprobs) ? logprobs : null };
    if (!failed || parsed.text !== '') take(parsed, failed ? null : endOf(finish));
    if (failed) return choiceFailure(context, choice);
  }
  return undefined;
}

/** The finish reason of a completion. There are no calls: a reason that OpenAI does not have there becomes `stop`. */
function endOf(finish: ReturnType<typeof readFinishReason> | null): ChunkChoice['finish_reason'] {
  if (finish === null || finish === 'length' || finish === 'content_filter') return finish;
  return 'stop';
}

function isLogprobs(value: unknown): value is NonNullable<Choice['logprobs']> {
  return isObject(value);
}
