import type { ChatCompletionResponseMessage, ChatReply } from '../../../dialects/chat.gen.ts';
import type { ContentBlock, ConverseRequest, ConverseResponse } from '../../../dialects/converse.gen.ts';
import { callInput } from '../../chat/to-converse/arguments.ts';
import { defined } from '../../defined.ts';
import type { Exchange } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { callIds, toolName, type CallIds } from './calls.ts';
import { fieldsAt } from './fields.ts';
import { latencyMs } from './latency.ts';
import { stopReason } from './stop-reason.ts';
import { serviceTier, usageOf } from './usage.ts';

type ToolCall = NonNullable<ChatCompletionResponseMessage['tool_calls']>[number];

/** A chat completion as the answer of Converse. */
export function reply(
  [chat]: readonly ChatReply[],
  { stamp }: Exchange<ConverseRequest>,
  plan: Plan,
): ConverseResponse {
  const [choice] = chat?.choices ?? [];
  if (chat === undefined || choice === undefined) throw new Error('a reply without a choice was let through');
  const { message } = choice;
  const content = blocks(message, callIds(stamp.id));
  const calls = content.filter((block) => 'toolUse' in block).length;
  const ended = { calls, refused: Boolean(message.refusal), stoppedBy: Reflect.get(choice, 'stop_reason') };
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: stopReason(choice.finish_reason, ended, plan),
    usage: usageOf(chat.usage),
    metrics: { latencyMs: latencyMs(stamp) },
    ...defined({
      serviceTier: serviceTier(chat.service_tier),
      additionalModelResponseFields: fieldsAt(plan.fieldPaths, chat),
    }),
  };
}

/** Reasoning, text, calls: the order in which models write them. An answer of nothing has no blocks, as on Bedrock. */
function blocks(message: ChatCompletionResponseMessage, ids: CallIds): ContentBlock[] {
  const { reasoning_content: reasoning } = message;
  const text = [message.content, message.refusal].filter(Boolean).join('');
  const legacy = message.function_call ? [toolUse(message.function_call, ids.next(undefined))] : [];
  return [
    ...(reasoning ? [{ reasoningContent: { reasoningText: { text: reasoning } } }] : []),
    ...(text === '' ? [] : [{ text }]),
    ...(message.tool_calls ?? []).map((call) => toolUse(called(call), ids.next(call.id))),
    ...legacy,
  ];
}

interface Called {
  readonly name: string;
  /** JSON text, or what a model took for it. */
  readonly arguments: string;
}

function called(call: ToolCall): Called {
  if (call.type !== 'custom') return call.function;
  return { name: call.custom.name, arguments: JSON.stringify({ input: call.custom.input }) };
}

function toolUse({ name, arguments: text }: Called, toolUseId: string): ContentBlock {
  return { toolUse: { toolUseId, name: toolName(name), input: callInput(text) } };
}
