import type { Family } from '../../../../function/catalog/family.ts';
import { familyOf } from '../../../../function/catalog/families.ts';
import type { ReasoningContentBlock } from '../../../../function/dialects/converse.gen.ts';
import { replayableReasoning } from '../../../../function/translate/chat/to-converse/thinking.ts';

const signed = { reasoningText: { text: 'a', signature: 's' } };
const unsigned = { reasoningText: { text: 'a' } };
const empty = { reasoningText: { text: 'a', signature: '' } };
const redacted = { redactedContent: 'AAAA' };
const reasoning: readonly ReasoningContentBlock[] = [signed, unsigned, empty, redacted];

test.each<[Family['replay'], readonly ReasoningContentBlock[]]>([
  ['none', []],
  ['signed', [signed, redacted]],
  ['redacted', [redacted]],
  ['text', [signed, unsigned, empty]],
])('a family whose reasoning goes back as %s gets its own back in that form', (replay, expected) => {
  const family = { ...familyOf('amazon.nova-pro-v1:0'), name: 'own', replay };
  expect(replayableReasoning({ reasoning, family: 'own' }, family)).toEqual(expected);
  expect(replayableReasoning({ reasoning, family: 'another' }, family)).toEqual([]);
  expect(replayableReasoning(undefined, family)).toEqual([]);
});
