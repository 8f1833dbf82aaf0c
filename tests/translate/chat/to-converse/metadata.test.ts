import type { ChatRequest } from '../../../../function/dialects/chat.gen.ts';
import { chatToConverse } from '../../../../function/translate/chat/index.ts';
import { contextOf } from '../../../golden/context.ts';

const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`key-${at}`, 'x']));

function labelled(more: Partial<ChatRequest>, stackPays: boolean) {
  const chat: ChatRequest = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], ...more };
  const context = { ...contextOf(chat, { model: 'us.amazon.nova-pro-v1:0' }), stackPays };
  const { request, ignored } = chatToConverse.request(context);
  return { labels: request.requestMetadata, ignored };
}

test("rule 59: where the stack pays one pair is its own, and ours give way before the caller's", () => {
  const asked = { metadata: pairs(15), user: 'u-1', safety_identifier: 's-1' };
  expect(labelled(asked, true)).toEqual({ labels: pairs(15), ignored: ['user', 'safety_identifier'] });
  expect(labelled(asked, false)).toEqual({
    labels: { ...pairs(15), 'openai-user': 'u-1' },
    ignored: ['safety_identifier'],
  });
});

test("a pair of the caller's that has no room beside the stack's is named", () => {
  expect(labelled({ metadata: pairs(16) }, true)).toEqual({ labels: pairs(15), ignored: ['metadata'] });
  expect(labelled({ metadata: { ...pairs(15), 'gateway-caller': 'another' } }, true)).toEqual({
    labels: pairs(15),
    ignored: ['metadata'],
  });
  expect(labelled({ metadata: pairs(16) }, false)).toEqual({ labels: pairs(16), ignored: [] });
});
