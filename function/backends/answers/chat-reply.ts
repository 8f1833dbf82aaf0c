import type { ChatReply } from '../../dialects/chat.gen.ts';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import { isObject } from '../../dialects/json.ts';
import type { AnswerContext, Value } from './answer-reader.ts';
import { messageOf } from './chat-message.ts';
import { choicesOf, type IndexedChoice } from './choices.ts';
import { choiceFailure, hasError, malformedFailure } from './failures.ts';
import { readFinishReason } from './finish-reason.ts';
import { extrasOf, headOf, readUsage } from './head.ts';
import { logprobsOf } from './logprobs.ts';

type Choice = ChatReply['choices'][number];

/** A chat completion in OpenAI's form, or the failure that it reports, or a MalformedReply. */
export function readChatReply(value: Value, context: AnswerContext): Outcome<ChatReply> {
  const indexed = choicesOf(value, hasAnswer, context);
  if (indexed === undefined || indexed.length === 0) {
    return { ok: false, failure: malformedFailure(context, 'choices') };
  }
  const choices: Choice[] = [];
  for (const one of indexed) {
    const failure = read(one, context, choices);
    if (failure !== undefined) return { ok: false, failure };
  }
  const { service_tier: _tier, system_fingerprint: _print, usage: _usage, ...rest } = value;
  const usage = readUsage(value['usage']);
  const head = { ...headOf(value, context), ...extrasOf(value) };
  return {
    ok: true,
    value: { ...rest, ...head, object: 'chat.completion', choices, ...(usage && { usage }) },
  };
}

function hasAnswer({ message, delta, error }: Value): boolean {
  return isObject(message) || isObject(delta) || hasError(error);
}

function read({ index, choice }: IndexedChoice, context: AnswerContext, out: Choice[]): Failure | undefined {
  const { message: whole, delta, finish_reason: reason, logprobs, error, ...rest } = choice;
  const finish = readFinishReason(reason) ?? 'stop';
  if (finish === 'failed' || hasError(error)) return choiceFailure(context, choice);
  const source = isObject(whole) ? whole : delta;
  const message = isObject(source) ? messageOf(source, context) : undefined;
  if (message === undefined) return malformedFailure(context, 'messages');
  out.push({ ...rest, index, message, finish_reason: finish, logprobs: logprobsOf(logprobs) });
  return undefined;
}
