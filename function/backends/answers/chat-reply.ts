import type { ChatReply } from '../../dialects/chat.gen.ts';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import { isObject } from '../../dialects/json.ts';
import type { Asked, Value } from './asked.ts';
import { messageOf } from './chat-message.ts';
import { choicesOf, type Placed } from './choices.ts';
import { choiceFailure, isTold, unreadable } from './failures.ts';
import { finishReasonOf } from './finish-reason.ts';
import { extrasOf, headOf, usageOf } from './head.ts';
import { logprobsOf } from './logprobs.ts';

type Choice = ChatReply['choices'][number];

/** A chat completion in OpenAI's form, or the failure that it tells, or that it is. */
export function chatReply(value: Value, asked: Asked): Outcome<ChatReply> {
  const placed = choicesOf(value, answers, asked);
  if (placed === undefined || placed.length === 0) {
    return { ok: false, failure: unreadable(asked, 'choices') };
  }
  const choices: Choice[] = [];
  for (const one of placed) {
    const failure = read(one, asked, choices);
    if (failure !== undefined) return { ok: false, failure };
  }
  const { service_tier: _tier, system_fingerprint: _print, usage: _usage, ...rest } = value;
  const usage = usageOf(value['usage']);
  const head = { ...headOf(value, asked), ...extrasOf(value) };
  return {
    ok: true,
    value: { ...rest, ...head, object: 'chat.completion', choices, ...(usage && { usage }) },
  };
}

function answers({ message, delta, error }: Value): boolean {
  return isObject(message) || isObject(delta) || isTold(error);
}

function read({ index, choice }: Placed, asked: Asked, out: Choice[]): Failure | undefined {
  const { message: whole, delta, finish_reason: reason, logprobs, error, ...rest } = choice;
  const finish = finishReasonOf(reason) ?? 'stop';
  if (finish === 'failed' || isTold(error)) return choiceFailure(asked, choice);
  const said = isObject(whole) ? whole : delta;
  const message = isObject(said) ? messageOf(said, asked) : undefined;
  if (message === undefined) return unreadable(asked, 'messages');
  out.push({ ...rest, index, message, finish_reason: finish, logprobs: logprobsOf(logprobs) });
  return undefined;
}
