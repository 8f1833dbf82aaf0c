import * as fc from 'fast-check';
import { chatToConverse } from '../../function/translate/chat/index.ts';
import { converseToChat } from '../../function/translate/converse/index.ts';
import { converseContext } from '../golden/converse-context.ts';
import { contextOf, wire } from '../golden/context.ts';
import { conforms } from '../schemas/conforms.ts';
import { chatRequests, converseRequests } from './common.ts';

/** A Bedrock model that takes everything that both dialects have. */
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

test('chat → converse → chat keeps everything that both sides can say', () => {
  fc.assert(
    fc.property(chatRequests, (chat) => {
      expect(conforms('chat-request', chat)).toEqual([]);
      const there = chatToConverse.request(contextOf(chat, { model }));
      const back = converseToChat.request(converseContext(there.request, chat.model));
      expect([...there.ignored, ...back.ignored]).toEqual([]);
      expect(wire(back.request)).toEqual(chat);
    }),
  );
});

test('converse → chat → converse keeps everything that both sides can say', () => {
  fc.assert(
    fc.property(converseRequests, (converse) => {
      expect(conforms('converse-request', converse)).toEqual([]);
      const there = converseToChat.request(converseContext(converse, 'gpt-4o-mini'));
      const back = chatToConverse.request(contextOf(there.request, { model }));
      expect([...there.ignored, ...back.ignored]).toEqual([]);
      expect(wire(back.request)).toEqual(converse);
    }),
  );
});
