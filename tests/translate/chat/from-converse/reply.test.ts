import type { ConverseResponse } from '../../../../function/dialects/converse.gen.ts';
import { reply } from '../../../../function/translate/chat/from-converse/reply.ts';
import { converseReply, contextFor, plainPlan } from './support.ts';

/** A 200 as it may come from the wire, whatever the service model requires. */
function answered(body: object): () => unknown {
  return () => reply([body as ConverseResponse], contextFor(), plainPlan);
}

test.each([
  ['nothing', {}],
  ['no output', { stopReason: 'end_turn', usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 } }],
  ['an output without a message', { output: {}, stopReason: 'end_turn' }],
  ['a message without content', { output: { message: { role: 'assistant' } }, stopReason: 'end_turn' }],
  ['no stop reason', { output: { message: { role: 'assistant', content: [] } } }],
])('rule 9: a 200 with %s is a 502', (_what, body) => {
  expect(answered(body)).toThrow(expect.objectContaining({ status: 502, code: 'malformed_reply' }));
});

test('a reply without usage has none, rather than zeros', () => {
  const { usage: _usage, ...rest } = converseReply([{ text: 'a' }]);
  expect(answered(rest)()).not.toHaveProperty('usage');
});

test('rule 33: a stop reason that nobody knows yet is a stop', () => {
  const strange = { ...converseReply([{ text: 'a' }]), stopReason: 'moonlight' };
  expect(answered(strange)()).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
});

test('blocks that nobody knows yet are passed over', () => {
  const { output, ...rest } = converseReply([{ text: 'a' }]);
  const content = [{ hologram: {} }, ...output.message.content];
  const strange = { ...rest, output: { message: { role: 'assistant', content } } };
  expect(answered(strange)()).toMatchObject({ choices: [{ message: { content: 'a' } }] });
});

test('rule 15: a call without input has an empty object for arguments', () => {
  const { output: _output, ...rest } = converseReply([], { stopReason: 'tool_use' });
  const output = { message: { role: 'assistant', content: [{ toolUse: { toolUseId: 't', name: 'f' } }] } };
  expect(answered({ ...rest, output })()).toMatchObject({
    choices: [{ message: { tool_calls: [{ function: { arguments: '{}' } }] } }],
  });
});

test("a channel that gpt-oss leaves behind a tool's name is cut off", () => {
  const toolUse = { toolUseId: 't', name: 'f<|channel|>commentary', input: {} };
  expect(answered(converseReply([{ toolUse }]))()).toMatchObject({
    choices: [{ message: { tool_calls: [{ function: { name: 'f' } }] }, finish_reason: 'tool_calls' }],
  });
});
