import type { ChatCompletionResponseMessage, ChatReply, ChatRequest } from '../../../dialects/chat.gen.ts';
import type {
  ContentBlock,
  ConverseResponse,
  ReasoningContentBlock,
  ToolUseBlock,
} from '../../../dialects/converse.gen.ts';
import type { Family } from '../../../catalog/family.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { TranslationContext } from '../../translation.ts';
import { writeCarrier } from '../reasoning-carrier.ts';
import type { Plan } from '../plan.ts';
import { callerName, callArguments, converseName } from './call-reader.ts';
import { finishReason } from './finish-reason.ts';
import { jsonIn } from './json-text.ts';
import { contentOf } from './malformed.ts';
import { tagReader, type TaggedText } from './reasoning-tags.ts';
import { serviceTier, usageOf } from './usage.ts';

type Choice = ChatReply['choices'][number];
type ToolCall = NonNullable<ChatCompletionResponseMessage['tool_calls']>[number];

interface Context {
  readonly family: Family;
  readonly plan: Plan;
}

/**
 * The replies of one or more calls as one chat completion, a choice for each. Throws an ApiError of 502 when a reply has no
 * output or says that the model's output was malformed: there is no honest 200 for either.
 */
export function reply(
  replies: readonly ConverseResponse[],
  { request, stamp, family }: TranslationContext<ChatRequest>,
  plan: Plan,
): ChatReply {
  const usages = replies.map(({ usage }: Partial<ConverseResponse>) => usage);
  return withoutUndefined({
    id: stamp.id,
    object: 'chat.completion' as const,
    created: stamp.created,
    model: request.model,
    choices: replies.map((converse, index) => choice(converse, index, { family, plan })),
    usage: usageOf(usages.filter((usage) => usage !== undefined)),
    service_tier: serviceTier(replies.find((converse) => converse.serviceTier)?.serviceTier?.type),
  });
}

function choice(converse: ConverseResponse, index: number, { family, plan }: Context): Choice {
  const blocks = contentOf(converse);
  const calls = toolCalls(blocks, { family, plan });
  const { content, reasoning } = texts(blocks, family);
  const said = jsonAnswer(blocks, plan) ?? (plan.jsonText ? jsonIn(content) : content);
  const message = withoutUndefined({
    role: 'assistant' as const,
    content: said === '' && calls.length > 0 ? null : said,
    refusal: null,
    reasoning_content: reasoning === '' ? undefined : reasoning,
    tool_calls: calls.length > 0 && !plan.functionCall ? calls : undefined,
    function_call: plan.functionCall ? functionCall(calls) : undefined,
  });
  return { index, message, logprobs: null, finish_reason: finishReason(converse.stopReason, calls.length, plan) };
}

/** All text counts and nothing is put between: blocks end where citations begin, in the middle of a sentence. */
function texts(blocks: readonly ContentBlock[], family: Family): { content: string; reasoning: string } {
  const found = { content: '', reasoning: '' };
  const reader = family.inlineReasoningTags ? tagReader() : undefined;
  const add = (parts: readonly TaggedText[]): void => parts.forEach(({ kind, text }) => (found[kind] += text));
  for (const block of blocks) {
    found.reasoning += reasoningOf(block);
    const text = textOf(block);
    if (reader === undefined) found.content += text;
    else add(reader.push(text));
  }
  if (reader !== undefined) add(reader.end());
  return found;
}

function textOf(block: ContentBlock): string {
  if ('text' in block) return block.text;
  return 'citationsContent' in block ? (block.citationsContent.content ?? []).map(({ text }) => text).join('') : '';
}

function reasoningOf(block: ContentBlock): string {
  if (!('reasoningContent' in block) || !('reasoningText' in block.reasoningContent)) return '';
  return block.reasoningContent.reasoningText.text;
}

/** The input of the tool that carries the JSON answer; what was said around it would only break the JSON. */
function jsonAnswer(blocks: readonly ContentBlock[], plan: Plan): string | undefined {
  if (plan.jsonTool === undefined) return undefined;
  const uses = blocks.flatMap((block) => ('toolUse' in block ? [block.toolUse] : []));
  const answer = uses.find(({ name }) => converseName(name) === plan.jsonTool);
  return answer === undefined ? undefined : argumentsOf(answer, plan);
}

/** Each call carries the reasoning since the call before it, for families that want it back in the next turn. */
function toolCalls(blocks: readonly ContentBlock[], { family, plan }: Context): ToolCall[] {
  const calls: ToolCall[] = [];
  let reasoning: ReasoningContentBlock[] = [];
  for (const block of blocks) {
    if ('reasoningContent' in block) reasoning.push(block.reasoningContent);
    if (!('toolUse' in block) || !isCallers(block.toolUse, plan)) continue;
    const { toolUseId } = block.toolUse;
    calls.push(
      toolCall(block.toolUse, plan.carryReasoning ? writeCarrier(toolUseId, reasoning, family.name) : toolUseId, plan),
    );
    reasoning = [];
  }
  return calls;
}

/** Tools that Bedrock runs itself, and the one that carries the JSON answer, are not for the caller to run. */
function isCallers(use: ToolUseBlock, plan: Plan): boolean {
  return use.type !== 'server_tool_use' && converseName(use.name) !== plan.jsonTool;
}

function toolCall(use: ToolUseBlock, id: string, plan: Plan): ToolCall {
  const converse = converseName(use.name);
  const name = callerName(converse, plan);
  const isCustom = plan.customTools.has(converse) && !plan.functionCall;
  const given = argumentsOf(use, plan);
  if (isCustom) return { id, type: 'custom', custom: { name, input: given } };
  return { id, type: 'function', function: { name, arguments: given } };
}

function argumentsOf({ name = '', input }: Partial<ToolUseBlock>, plan: Plan): string {
  return callArguments(converseName(name), JSON.stringify(input ?? {}), plan);
}

/** The old form knows one call. */
function functionCall([first]: readonly ToolCall[]): { name: string; arguments: string } | undefined {
  return first?.type === 'function' ? first.function : undefined;
}
