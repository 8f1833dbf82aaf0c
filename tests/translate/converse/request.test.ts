import type { ConverseRequest } from '../../../function/dialects/converse.gen.ts';
import type { JsonValue } from '../../../function/dialects/json.ts';
import { converseToChat } from '../../../function/translate/converse/index.ts';
import { converseContext } from '../../golden/converse-context.ts';
import { wire } from '../../golden/context.ts';

const hi: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };

function translated(request: ConverseRequest): ReturnType<typeof converseToChat.request> {
  return converseToChat.request(converseContext(request, 'gpt-4o-mini'));
}

// Golden data must satisfy OpenAI's schema, which has four at most.
test('rule 25: all stop sequences are sent: OpenAI refuses more than four itself, other servers take them', () => {
  const stopSequences = ['a', 'b', 'c', 'd', 'e'];
  expect(translated({ ...hi, inferenceConfig: { stopSequences } }).request.stop).toEqual(stopSequences);
});

test('unknown members are named as far as a header can, after those that AWS knows', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`new${index}`, 1]));
  const odd = { 'new\r\nset-cookie: a=b': 1 };
  const { ignored } = translated({
    ...odd,
    ...many,
    ...hi,
    performanceConfig: { latency: 'optimized' },
  });
  expect(ignored).toHaveLength(32);
  expect(ignored[0]).toBe('performanceConfig');
  expect(ignored.every((name) => /^[\w.-]+$/.test(name))).toBe(true);
});

test('a field that is called like the prototype is a field', () => {
  const additionalModelRequestFields: JsonValue = JSON.parse('{"__proto__":{"a":1}}');
  const { request } = translated({ ...hi, additionalModelRequestFields });
  expect(Object.getPrototypeOf(request)).toBe(Object.prototype);
  expect(JSON.stringify(request)).toContain('"__proto__":{"a":1}');
});

test('the request says nothing of streaming: the operation does', () => {
  expect(Object.keys(wire(translated(hi).request) as object).sort()).toEqual(['messages', 'model']);
});
