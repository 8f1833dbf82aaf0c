import type { ContentBlock, ConverseRequest } from '../../../function/dialects/converse.gen.ts';
import { encodedText } from '../../../function/translate/base64-url.ts';
import { converseToChat } from '../../../function/translate/converse/index.ts';
import { originOf } from '../../../function/translate/converse/origin.ts';
import { withoutForeignReasoning } from '../../../function/translate/converse/to-bedrock.ts';
import { converseRequest } from '../../../function/validate/converse-request.ts';
import { converseContext } from '../../golden/converse-context.ts';
import { cpuMsSince } from '../../support/cpu.ts';

const origin = originOf({ backend: 'openai', model: 'gpt-4o-mini' });
const user: ContentBlock[] = [{ text: 'Hi' }];
const use: ContentBlock = { toolUse: { toolUseId: 'call_1', name: 'f', input: {} } };
const result: ContentBlock = { toolResult: { toolUseId: 'call_1', content: [{ text: '1' }] } };

function reasoning(signature: string, text = ''): ContentBlock {
  return { reasoningContent: { reasoningText: { text, signature } } };
}

function conversation(...blocks: ContentBlock[]): ConverseRequest {
  return {
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: [...blocks, use] },
      { role: 'user', content: [result] },
    ],
  };
}

/** What the target is sent of the assistant's turn and the result. */
function sent(...blocks: ContentBlock[]): readonly unknown[] {
  const request = converseRequest(conversation(...blocks));
  return converseToChat.request(converseContext(request, 'gpt-4o-mini')).request.messages.slice(1);
}

const bare = sent();

function call(value: unknown): string {
  return `gateway~1~${origin}~x${encodedText(JSON.stringify(value))}`;
}

test.each([
  ['nothing behind the mark', `gateway~1~${origin}~`],
  ['an unknown letter', `gateway~1~${origin}~q`],
  ['the name of every object', `gateway~1~${origin}~constructor`],
  ['no base64', `gateway~1~${origin}~x%%%`],
  ['no JSON', `gateway~1~${origin}~x${encodedText('{')}`],
  ['JSON that is no object', call([1])],
  ['a call without its id', call({ extra_content: { a: 1 } })],
  ['another call', call({ toolUseId: 'call_2', id: 'theirs', extra_content: { a: 1 } })],
  ['another origin', call({ toolUseId: 'call_1', id: 'theirs' }).replace(origin, '000000000')],
  ['another version', call({ toolUseId: 'call_1', id: 'theirs' }).replace('~1~', '~2~')],
  ['values of other types', call({ toolUseId: 'call_1', id: 7, extra_content: 'x' })],
  ['no end of it', `gateway~1~${origin}~x${'A'.repeat(1_000_001)}`],
  [
    'a bottomless object',
    `gateway~1~${origin}~x${encodedText(`{"toolUseId":"call_1","extra_content":${'{"a":'.repeat(60_000)}1${'}'.repeat(60_001)}`)}`,
  ],
])('rule 60: a forged signature changes nothing: %s', (_name, signature) => {
  expect(sent(reasoning(signature))).toEqual(bare);
});

test('rule 60: fields with names of every object go back as they came', () => {
  const extra = JSON.parse('{"__proto__":{"x":1},"constructor":1}') as object;
  const [message] = sent(reasoning(call({ toolUseId: 'call_1', extra_content: extra }))) as {
    tool_calls: { extra_content: object }[];
  }[];
  expect(JSON.stringify(message?.tool_calls[0]?.extra_content)).toBe(JSON.stringify(extra));
});

test('rule 60: thousands of signatures cost no more than their length', () => {
  const blocks = Array.from({ length: 5_000 }, (_, at) => reasoning(call({ toolUseId: 'call_1', id: `own ${at}` })));
  const started = process.cpuUsage();
  expect(JSON.stringify(sent(...blocks))).toContain('own 4999');
  expect(cpuMsSince(started)).toBeLessThan(5_000);
});

describe('rule 60: Bedrock gets no reasoning of others', () => {
  test('their blocks are left out, and its own stay', () => {
    const own = reasoning('c2ln', 'I look.');
    const request = conversation(
      reasoning(`gateway~1~${origin}~c`, 'R'),
      own,
      reasoning(call({ toolUseId: 'call_1' })),
    );
    expect(withoutForeignReasoning(request)).toEqual(conversation(own));
  });

  test('a request without them is the very same', () => {
    const request = conversation(reasoning('c2ln', 'I look.'));
    expect(withoutForeignReasoning(request)).toBe(request);
  });

  test('a message of nothing else still says something', () => {
    const message = { role: 'assistant', content: [reasoning(`gateway~1~${origin}~c`, 'R')] };
    expect(withoutForeignReasoning({ messages: [message] })).toEqual({
      messages: [{ role: 'assistant', content: [{ text: '(empty)' }] }],
    });
  });

  test.each([
    {},
    { messages: 1 },
    { messages: [null, { content: 'x' }, { content: [null, { reasoningContent: 1 }] }] },
  ])('what is no conversation is left to Bedrock: %j', (request) => {
    expect(withoutForeignReasoning(request)).toBe(request);
  });
});
