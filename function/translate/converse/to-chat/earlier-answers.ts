import type {
  ChatCompletionMessageToolCall,
  ChatCompletionRequestAssistantMessage,
  ChatCompletionRequestMessage,
} from '../../../dialects/chat.gen.ts';
import type { ContentBlock, ReasoningContentBlock } from '../../../dialects/converse.gen.ts';
import { callId } from '../../openai/call-id.ts';
import { isGatewaySignature, readMark, readSignature, type CallCarrier, type ReasoningField } from '../origin.ts';
import type { Ignored } from './translation-state.ts';

/** What of a conversation the target itself gave before, so that it gets it back; what others gave stays out. */
export interface EarlierAnswers {
  readonly origin: string;
  /** The target's own ids of the calls so far, by the toolUseId of the newest call that has it. */
  readonly ids: Map<string, string>;
  /** Whether it tells its reasoning in `reasoning_content`: then it may refuse calls that come back without one. */
  wantsReasoning: boolean;
}

/** The state before the first message: no tool calls and no reasoning seen. */
export function noEarlierAnswers(origin: string): EarlierAnswers {
  return { origin, ids: new Map(), wantsReasoning: false };
}

/** What the signatures of one message say: what was thought, by the field that it came in, and what goes back with its calls. */
export interface Signatures {
  readonly thought: Partial<Record<ReasoningField, string>>;
  readonly calls: ReadonlyMap<string, CallCarrier>;
}

/** Reads the blocks of reasoning of a message; those that are not the target's own are named as ignored. */
export function signatures(blocks: readonly ContentBlock[], given: EarlierAnswers, ignored: Ignored): Signatures {
  const thought: Partial<Record<ReasoningField, string>> = {};
  const calls = new Map<string, CallCarrier>();
  for (const block of blocks) {
    if (!('reasoningContent' in block)) continue;
    const { text, signature } = reasoningText(block.reasoningContent);
    const signed = readSignature(signature, given.origin);
    if (signed === undefined) {
      // A block without a text of another target's only stands for its call.
      if (text !== '' || !isGatewaySignature(signature)) ignored.add('messages.content.reasoningContent');
    } else if ('call' in signed) calls.set(signed.call.toolUseId, signed.call);
    else thought[signed.reasoning] = (thought[signed.reasoning] ?? '') + text;
  }
  given.wantsReasoning ||= thought.reasoning_content !== undefined;
  return { thought, calls };
}

function reasoningText(block: ReasoningContentBlock): { readonly text: string; readonly signature?: string } {
  return 'reasoningText' in block ? block.reasoningText : { text: '' };
}

/** The target's own id for a call, or one that every server takes; notes it for the call's result. */
export function idOfCall(toolUseId: string, carrier: CallCarrier | undefined, given: EarlierAnswers): string {
  const mark = readMark(toolUseId);
  const isOwn = mark?.origin === given.origin;
  if (isOwn && mark.reasons) given.wantsReasoning = true;
  const id = carrier?.id ?? (isOwn ? mark.id : callId(mark?.id ?? toolUseId));
  given.ids.set(toolUseId, id);
  return id;
}

/** The id of a result: that of its call. */
export function idOfResult(toolUseId: string, { ids }: EarlierAnswers): string {
  return ids.get(toolUseId) ?? callId(readMark(toolUseId)?.id ?? toolUseId);
}

/** A call with what its server gave beside it, such as Gemini's signature. */
export function withExtra(
  call: ChatCompletionMessageToolCall,
  carrier: CallCarrier | undefined,
): ChatCompletionMessageToolCall {
  const { extra_content } = carrier ?? {};
  return extra_content === undefined ? call : Object.assign(call, { extra_content });
}

/**
 * Servers that want their reasoning back in a tool loop refuse a call without; an empty text is enough for them, where the
 * model made the call without thinking, or another model made it, or the client does not keep reasoning.
 */
export function withReasoning(
  messages: readonly ChatCompletionRequestMessage[],
  { wantsReasoning }: EarlierAnswers,
): ChatCompletionRequestMessage[] {
  return wantsReasoning
    ? messages.map((message) => (lacksReasoning(message) ? withEmptyReasoning(message) : message))
    : [...messages];
}

function lacksReasoning(message: ChatCompletionRequestMessage): message is ChatCompletionRequestAssistantMessage {
  return message.role === 'assistant' && message.tool_calls !== undefined && message.reasoning_content === undefined;
}

function withEmptyReasoning(message: ChatCompletionRequestAssistantMessage): ChatCompletionRequestAssistantMessage {
  return { ...message, reasoning_content: '' };
}
