import * as fc from 'fast-check';
import type { ContentBlock, ConverseResponse, StopReason } from '../../../function/dialects/converse.gen.ts';
import { reply } from '../../../function/translate/chat/from-converse/reply.ts';
import type { Plan } from '../../../function/translate/chat/plan.ts';
import { replay } from '../../../function/translate/converse/replay.ts';
import { conforms } from '../../schemas/conforms.ts';
import { accumulated, converseReply, contextFor, plainPlan, streamed } from '../chat/from-converse/support.ts';
import { propertyRuns } from '../../support/properties.ts';

const text = fc.oneof(fc.string(), fc.constantFrom('', ' ', '<thinking>', '</thinking>', '<think>so</think>then'));
const json = fc.dictionary(fc.constantFrom('input', 'a', 'b'), fc.oneof(fc.jsonValue(), fc.string()), { maxKeys: 2 });
const name = fc.constantFrom('f', 'tool_2', 'custom', 'answer');
const toolUseId = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const signed = fc.tuple(text, fc.base64String({ minLength: 4 }));

const block: fc.Arbitrary<ContentBlock> = fc.oneof(
  { arbitrary: text.map((said) => ({ text: said })), weight: 3 },
  {
    arbitrary: fc.tuple(toolUseId, name, json).map(([id, tool, input]) => ({
      toolUse: { toolUseId: id, name: tool, input: JSON.parse(JSON.stringify(input)) },
    })),
    weight: 3,
  },
  json.map((input) => ({
    toolUse: {
      toolUseId: 's',
      name: 'search',
      input: JSON.parse(JSON.stringify(input)),
      type: 'server_tool_use' as const,
    },
  })),
  text.map((said) => ({ reasoningContent: { reasoningText: { text: said } } })),
  signed.map(([said, signature]) => ({ reasoningContent: { reasoningText: { text: said, signature } } })),
  fc.base64String({ minLength: 4 }).map((redactedContent) => ({ reasoningContent: { redactedContent } })),
  fc
    .array(text, { maxLength: 2 })
    .map((all) => ({ citationsContent: { content: all.map((said) => ({ text: said })) } })),
  fc.constant({ image: { format: 'png' as const, source: { bytes: 'AAAA' } } }),
);

const stopReason = fc.constantFrom<StopReason[]>(
  'end_turn',
  'tool_use',
  'max_tokens',
  'stop_sequence',
  'content_filtered',
  'model_context_window_exceeded',
);

const converse: fc.Arbitrary<ConverseResponse> = fc
  .tuple(fc.array(block, { maxLength: 6 }), stopReason)
  .map(([content, reason]) => converseReply(content, { stopReason: reason }));

const plan: fc.Arbitrary<Partial<Plan>> = fc.record({
  functionCall: fc.boolean(),
  carryReasoning: fc.boolean(),
  customTools: fc.constantFrom(new Set<string>(), new Set(['custom'])),
  jsonTool: fc.constantFrom(undefined, 'answer'),
  toolNames: fc.constantFrom(new Map<string, string>(), new Map([['tool_2', 'tool/2']])),
});

const model = fc.constantFrom('anthropic.claude-sonnet-4-6', 'amazon.nova-pro-v1:0');

test('rule 21: a reply told as events says what the reply says', () => {
  fc.assert(
    fc.property(converse, plan, model, (answer, some, id) => {
      const events = replay(answer);
      for (const event of events) expect(conforms('converse-event', event)).toEqual([]);
      const context = contextFor({}, id);
      const { messages, finishes, error } = accumulated(
        streamed(
          events.map((item) => ({ choice: 0, item })),
          { context: context, plan: some },
        ),
      );
      const whole = reply([answer], context, { ...plainPlan, ...some });
      expect(conforms('chat-reply', whole)).toEqual([]);
      expect(error).toBeUndefined();
      expect(finishes).toEqual([whole.choices[0]?.finish_reason]);
      const message = whole.choices[0]?.message;
      // A stream has said '' before it can know that there will be no text.
      expect(messages).toEqual([{ ...message, content: message?.content ?? '' }]);
    }),
    { numRuns: propertyRuns(500) },
  );
});

test('a replayed reply keeps its usage and the tier that answered', () => {
  const answer = converseReply([{ text: 'a' }], { serviceTier: { type: 'reserved' } });
  const items = replay(answer).map((item) => ({ choice: 0, item }));
  const out = streamed(items, { plan: { includeUsage: true } });
  expect(out.at(-1)).toMatchObject({ service_tier: 'scale', usage: { total_tokens: 15 } });
});
