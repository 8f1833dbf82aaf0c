import * as fc from 'fast-check';
import { familyOf } from '../../../function/catalog/families.ts';
import type { ContentBlock, ConverseResponse } from '../../../function/dialects/converse.gen.ts';
import type { InputItem, ResponsesRequest } from '../../../function/dialects/responses-request.gen.ts';
import type { OutputItem } from '../../../function/dialects/responses.gen.ts';
import { writeEncryptedReasoning } from '../../../function/translate/responses/encrypted-reasoning.ts';
import { responsesToConverse } from '../../../function/translate/responses/index.ts';
import type { TranslationContext } from '../../../function/translate/translation.ts';
import { sign } from '../../../local/simulators/bedrock/signature.ts';
import { wire } from '../../golden/context.ts';
import { conforms } from '../../schemas/conforms.ts';

const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const family = familyOf(model);
const parameters = { type: 'object', properties: { q: { type: 'string' } } };
const tools: NonNullable<ResponsesRequest['tools']> = [
  { type: 'function', name: 'look', parameters },
  { type: 'namespace', name: 'docs', tools: [{ type: 'function', name: 'find', parameters }] },
  { type: 'custom', name: 'run' },
  { type: 'tool_search', execution: 'client', parameters },
];

const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((said) => said.trim() !== '');
const input = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer()), { maxKeys: 3 });

/** A call of each kind of tool, without the ID that joins it to its output. */
const call = fc.oneof(
  input.map((args) => ({ type: 'function_call' as const, name: 'look', arguments: JSON.stringify(args) })),
  input.map((args) => ({
    type: 'function_call' as const,
    name: 'find',
    namespace: 'docs',
    arguments: JSON.stringify(args),
  })),
  fc.string().map((code) => ({ type: 'custom_tool_call' as const, name: 'run', input: code })),
  input.map((args) => ({ type: 'tool_search_call' as const, execution: 'client' as const, arguments: args })),
);

/** What an assistant says in one turn, as the items of an answer. */
const turn = fc
  .record({ thought: fc.option(text), said: fc.option(text), calls: fc.array(call, { minLength: 1, maxLength: 4 }) })
  .map(({ thought, said, calls }) => {
    const spoken = [thought === null ? [] : [reasoning(thought)], said === null ? [] : [message(said)]];
    return [spoken.flat(), calls.map(calledAs)].flat();
  });

function calledAs(each: typeof call extends fc.Arbitrary<infer Call> ? Call : never, at: number) {
  return { ...each, call_id: `call_${at}`, ...(each.type !== 'custom_tool_call' && done) };
}

const done = { status: 'completed' as const };

function reasoning(thought: string) {
  const carried = { family: family.name, reasoning: [{ reasoningText: { text: thought, signature: sign(thought) } }] };
  return {
    type: 'reasoning' as const,
    summary: [{ type: 'summary_text' as const, text: thought }],
    encrypted_content: writeEncryptedReasoning(carried) ?? null,
  };
}

function message(said: string) {
  const content = [{ type: 'output_text' as const, annotations: [], logprobs: [], text: said }];
  return { type: 'message' as const, role: 'assistant' as const, status: 'completed' as const, content };
}

type Turn = ReturnType<typeof reasoning> | ReturnType<typeof message> | Extract<InputItem, { call_id?: unknown }>;

function outputs(items: readonly Turn[]): InputItem[] {
  return items.flatMap((item): InputItem[] => {
    if (!('call_id' in item) || item.call_id === null || item.call_id === undefined) return [];
    const { call_id } = item;
    if (item.type === 'function_call') return [{ type: 'function_call_output', call_id, output: 'found' }];
    if (item.type === 'custom_tool_call') return [{ type: 'custom_tool_call_output', call_id, output: 'done' }];
    return [{ type: 'tool_search_output', call_id, execution: 'client', tools: [] }];
  });
}

function contextOf(items: readonly Turn[]): TranslationContext<ResponsesRequest> {
  const history = [{ type: 'message' as const, role: 'user' as const, content: 'Hi' }, ...items, ...outputs(items)];
  const request: ResponsesRequest = {
    model: 'gpt-4o',
    input: history,
    tools,
    include: ['reasoning.encrypted_content'],
    // Without signed reasoning in the turn, Claude could not think in it.
    ...(items[0]?.type === 'reasoning' && { reasoning: { effort: 'low' } }),
  };
  const stamp = { id: 'resp_1', created: 1, elapsedMs: () => 1 };
  return { request, stamp, model, family, media: new Map(), promptCaching: 'off' };
}

function replyOf(content: ContentBlock[]): ConverseResponse {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'tool_use',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 1 },
  };
}

function withoutId({ id: _id, ...item }: OutputItem): object {
  return item;
}

test('responses → converse → responses keeps every item of a turn', () => {
  fc.assert(
    fc.property(turn, (items) => {
      const context = contextOf(items);
      const { request, ignored, plan } = responsesToConverse.request(context);
      expect(ignored).toEqual([]);
      expect(conforms('converse-request', wire(request))).toEqual([]);
      const said = (request.messages ?? []).filter(({ role }) => role === 'assistant');
      expect(said).toHaveLength(1);
      const reply = responsesToConverse.reply([replyOf(said[0]?.content ?? [])], context, plan);
      expect(conforms('responses-reply', wire(reply))).toEqual([]);
      expect(reply.output.map(withoutId)).toEqual(items);
    }),
  );
});
