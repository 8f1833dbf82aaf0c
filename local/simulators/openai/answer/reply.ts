import { seedOf } from '../../common/chance.ts';
import type { Block } from '../../common/limit.ts';
import type { ChatRequest } from '../wire.ts';
import type { ChatAnswer, Choice } from './chat.ts';
import { logprobsOf } from './logprobs.ts';

const finishReasons: Readonly<Record<string, string>> = {
  content_filtered: 'content_filter',
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
};

/** The body of a whole answer. */
export function chatReply(answer: ChatAnswer, request: ChatRequest): Record<string, unknown> {
  return {
    id: answer.id,
    object: 'chat.completion',
    created: answer.created,
    model: answer.model,
    choices: answer.choices.map((choice, index) => wholeChoice({ choice, index, request })),
    usage: answer.usage,
    service_tier: tierOf(request),
    system_fingerprint: answer.fingerprint,
  };
}

/** The tier that served a request: the one that was asked for by name, else the default. */
export function tierOf({ service_tier: tier }: ChatRequest): string {
  return tier === undefined || tier === null || tier === 'auto' ? 'default' : tier;
}

/** Finish reason of a choice, in the words of Chat Completions. */
export function finishReason({ answer }: Choice, request: ChatRequest): string {
  const reason = finishReasons[answer.stopReason] ?? answer.stopReason;
  return reason === 'tool_calls' && isLegacy(request) ? 'function_call' : reason;
}

/** Whether calls are answered in the older form, as they were asked for. */
export function isLegacy({ functions }: ChatRequest): boolean {
  return functions !== undefined && functions !== null;
}

interface Place {
  readonly choice: Choice;
  readonly index: number;
  readonly request: ChatRequest;
}

function wholeChoice({ choice, index, request }: Place): object {
  const text = contentOf(choice.answer.blocks);
  return {
    index,
    message: messageOf(choice, request),
    logprobs: logprobs(text ?? '', request),
    finish_reason: finishReason(choice, request),
  };
}

/** The likelihoods of a text's tokens, if they were asked for. */
export function logprobs(text: string, request: ChatRequest): object | null {
  if (request.logprobs !== true) return null;
  return { content: logprobsOf(text, request.top_logprobs ?? 0), refusal: null };
}

function contentOf(blocks: readonly Block[]): string | null {
  const texts = blocks.filter((block) => block.kind === 'text').map(({ text }) => text);
  return texts.length === 0 && blocks.some(({ kind }) => kind === 'call') ? null : texts.join('');
}

function messageOf({ answer: { blocks }, wantsBack }: Choice, request: ChatRequest): object {
  const calls = blocks.filter((block) => block.kind === 'call');
  const [first] = calls;
  return {
    role: 'assistant',
    content: contentOf(blocks),
    refusal: null,
    annotations: [],
    ...(wantsBack === 'reasoning' && { reasoning_content: thoughtsOf(blocks) }),
    ...(first !== undefined && isLegacy(request)
      ? { function_call: { name: first.name, arguments: first.input } }
      : calls.length > 0 && {
          tool_calls: calls.map((call, at) => Object.assign(toolCall(call, request), extraOf(call, at, wantsBack))),
        }),
  };
}

/** What the model thought, where its server tells it. */
export function thoughtsOf(blocks: readonly Block[]): string {
  return blocks.map((block) => (block.kind === 'thought' ? block.text : '')).join('');
}

/** What Gemini's server gives with a call: of parallel ones the first alone is signed. */
export function extraOf(call: Call, at: number, wantsBack: Choice['wantsBack']): { extra_content?: object } {
  if (wantsBack !== 'signatures' || at > 0) return {};
  return { extra_content: { google: { thought_signature: signatureOf(call) } } };
}

/** In base64; it depends on the call alone. */
export function signatureOf({ name, input }: Pick<Call, 'name' | 'input'>): string {
  return Buffer.from(seedOf(name, input)).toString('base64');
}

type Call = Extract<Block, { kind: 'call' }>;

/** A tool call, in the form of its kind of tool. */
export function toolCall({ id, name, input }: Call, request: ChatRequest): object {
  return isCustom(name, request)
    ? { id, type: 'custom', custom: { name, input } }
    : { id, type: 'function', function: { name, arguments: input } };
}

/** Whether a name is that of a custom tool. */
export function isCustom(name: string, { tools }: ChatRequest): boolean {
  return (tools ?? []).some(({ custom }) => custom?.name === name);
}
