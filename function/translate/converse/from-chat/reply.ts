import type { ChatCompletionResponseMessage, ChatReply } from '../../../dialects/chat.gen.ts';
import type {
  ContentBlock,
  ConverseRequest,
  ConverseResponse,
  ReasoningContentBlock,
} from '../../../dialects/converse.gen.ts';
import { callInput } from '../../chat/to-converse/arguments.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { TranslationContext } from '../../translation.ts';
import { originOf, reasoningSignature, type ReasoningField } from '../origin.ts';
import type { Plan } from '../plan.ts';
import { callBlock, callIds, toolName, type CallId } from './calls.ts';
import { fieldsAt } from './fields.ts';
import { reasoningField } from './reasoning-field.ts';
import { stopReason } from './stop-reason.ts';
import { latencyMs, serviceTier, usageOf } from './usage.ts';

type ToolCall = NonNullable<ChatCompletionResponseMessage['tool_calls']>[number];

/** A chat completion as the answer of Converse. Throws for a reply without a choice. */
export function reply(
  [chat]: readonly ChatReply[],
  { stamp, ...known }: TranslationContext<ConverseRequest>,
  plan: Plan,
): ConverseResponse {
  const [choice] = chat?.choices ?? [];
  if (chat === undefined || choice === undefined) throw new Error('a reply without a choice was let through');
  const { message } = choice;
  const content = blocks(message, { id: stamp.id, origin: originOf(known) });
  const calls = content.filter((block) => 'toolUse' in block).length;
  const ended = { calls, refused: Boolean(message.refusal), stoppedBy: Reflect.get(choice, 'stop_reason') };
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: stopReason(choice.finish_reason, ended, plan),
    usage: usageOf(chat.usage),
    metrics: { latencyMs: latencyMs(stamp) },
    ...withoutUndefined({
      serviceTier: serviceTier(chat.service_tier),
      additionalModelResponseFields: fieldsAt(plan.fieldPaths, chat),
    }),
  };
}

interface Answering {
  readonly id: string;
  readonly origin: string;
}

/** Reasoning, text, calls: the order in which models write them. An answer of nothing has no blocks, as on Bedrock. */
function blocks(message: ChatCompletionResponseMessage, answering: Answering): ContentBlock[] {
  const { tool_calls: calls = [], function_call: legacy } = message;
  const { origin } = answering;
  const text = [message.content, message.refusal].filter(Boolean).join('');
  const field = reasoningField(message);
  const ids = callIds(answering);
  return [
    ...reasoning(message.reasoning_content, field, origin),
    ...(text === '' ? [] : [{ text }]),
    ...calls.flatMap((call) => {
      const id = ids.next(call.id, field);
      return withBlock(callBlock(id, call, origin), toolUse(nameAndArguments(call), id));
    }),
    ...(legacy ? [toolUse(legacy, ids.next(undefined, field))] : []),
  ];
}

function withBlock(before: ReasoningContentBlock | undefined, call: ContentBlock): ContentBlock[] {
  return before === undefined ? [call] : [{ reasoningContent: before }, call];
}

function reasoning(text: string | null | undefined, field: ReasoningField | undefined, origin: string): ContentBlock[] {
  if (!text) return [];
  const signature = field && reasoningSignature(origin, field);
  return [{ reasoningContent: { reasoningText: { text, ...withoutUndefined({ signature }) } } }];
}

interface NameAndArguments {
  readonly name: string;
  /** JSON text, or what a model took for it. */
  readonly arguments: string;
}

function nameAndArguments(call: ToolCall): NameAndArguments {
  if (call.type !== 'custom') return call.function;
  return { name: call.custom.name, arguments: JSON.stringify({ input: call.custom.input }) };
}

function toolUse({ name, arguments: text }: NameAndArguments, { toolUseId }: CallId): ContentBlock {
  return { toolUse: { toolUseId, name: toolName(name), input: callInput(text) } };
}
