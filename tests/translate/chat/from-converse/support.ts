import { familyOf } from '../../../../function/catalog/families.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../../../../function/dialects/chat.gen.ts';
import type { ConverseEvent, ConverseResponse, ContentBlock } from '../../../../function/dialects/converse.gen.ts';
import type { Streamed } from '../../../../function/dialects/outcome.ts';
import type { ErrorBody } from '../../../../function/errors.ts';
import { stream } from '../../../../function/translate/chat/from-converse/stream.ts';
import type { Plan } from '../../../../function/translate/chat/plan.ts';
import type { TranslationContext, Numbered } from '../../../../function/translate/translation.ts';
import { conforms } from '../../../schemas/conforms.ts';

export const plainPlan: Plan = {
  toolNames: new Map(),
  properties: new Map(),
  customTools: new Set(),
  functionCall: false,
  jsonTool: undefined,
  jsonWrapper: undefined,
  jsonText: false,
  includeUsage: false,
  carryReasoning: false,
};

export function contextFor(
  chat: Partial<ChatRequest> = {},
  model = 'anthropic.claude-sonnet-4-6',
): TranslationContext<ChatRequest> {
  return {
    request: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], ...chat },
    stamp: { id: 'chatcmpl-test', created: 1 },
    model,
    family: familyOf(model),
    media: new Map(),
    promptCaching: 'off',
  };
}

export function converseReply(content: ContentBlock[], more: Partial<ConverseResponse> = {}): ConverseResponse {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    metrics: { latencyMs: 1 },
    ...more,
  };
}

export interface Run {
  readonly context?: TranslationContext<ChatRequest>;
  readonly plan?: Partial<Plan>;
}

/** Everything that a stream of these items says, each checked against its schema. */
export function streamed(
  items: readonly Numbered<ConverseEvent>[],
  { plan, ...run }: Run = {},
): (ChatChunk | ErrorBody)[] {
  const state = stream.begin({ context: run.context ?? contextFor(), plan: { ...plainPlan, ...plan } });
  const out = [...items.flatMap((item) => stream.step(state, item)), ...stream.end(state)];
  for (const said of out) expect(conforms('error' in said ? 'error' : 'chat-chunk', said)).toEqual([]);
  return out;
}

export function one(events: readonly Streamed<ConverseEvent>[]): Numbered<ConverseEvent>[] {
  return events.map((item) => ({ choice: 0, item }));
}

type Message = ChatReply['choices'][number]['message'];
type Call = NonNullable<Message['tool_calls']>[number];

/** What a client that puts deltas together ends up with. */
export function accumulated(out: readonly (ChatChunk | ErrorBody)[]): {
  messages: Message[];
  finishes: (string | undefined)[];
  error: ErrorBody | undefined;
} {
  const messages: Message[] = [];
  const finishes: (string | undefined)[] = [];
  for (const said of out) {
    if ('error' in said) return { messages, finishes, error: said };
    for (const { index, delta, finish_reason } of said.choices) {
      const message = (messages[index] ??= { role: 'assistant', content: null, refusal: null });
      if (typeof delta.content === 'string') message.content = (message.content ?? '') + delta.content;
      if (typeof delta.reasoning_content === 'string') {
        message.reasoning_content = (message.reasoning_content ?? '') + delta.reasoning_content;
      }
      if (delta.function_call !== undefined) {
        const { name = '', arguments: piece = '' } = delta.function_call;
        const call = (message.function_call ??= { name, arguments: '' });
        call.arguments += piece;
      }
      for (const piece of delta.tool_calls ?? []) {
        message.tool_calls ??= [];
        message.tool_calls[piece.index] = joined(message.tool_calls[piece.index], piece);
      }
      if (finish_reason !== null) finishes[index] = finish_reason;
    }
  }
  return { messages, finishes, error: undefined };
}

type Piece = NonNullable<ChatChunk['choices'][number]['delta']['tool_calls']>[number];

function joined(call: Call | undefined, piece: Piece): Call {
  if (call === undefined) {
    const id = piece.id ?? '';
    return piece.type === 'custom'
      ? { id, type: 'custom', custom: { name: piece.custom?.name ?? '', input: piece.custom?.input ?? '' } }
      : {
          id,
          type: 'function',
          function: { name: piece.function?.name ?? '', arguments: piece.function?.arguments ?? '' },
        };
  }
  // Told once: a client that overwrites and one that joins must both be right.
  expect([piece.id, piece.type, piece.function?.name, piece.custom?.name]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  if (call.type === 'custom') call.custom.input += piece.custom?.input ?? '';
  else call.function.arguments += piece.function?.arguments ?? '';
  return call;
}
