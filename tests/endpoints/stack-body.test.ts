import { leftOut, rebuilt } from '../../function/endpoints/stack-body.ts';

const body = {
  model: 'ours',
  seed: 1,
  bedrock: { requestMetadata: { a: 'b' } },
  'Amazon-Bedrock-guardrailConfig': {},
  'amazon-bedrock-\n': 1,
};

test('the stack sends no member by which Bedrock takes what is the stack to say, and names those that it left out', () => {
  expect(JSON.parse(rebuilt(body, 'theirs'))).toEqual({ model: 'theirs', seed: 1 });
  expect(leftOut(body)).toEqual(['bedrock', 'Amazon-Bedrock-guardrailConfig']);
});

test('a member called __proto__ is a member', () => {
  const hostile: Record<string, unknown> = JSON.parse('{"__proto__": {"x": 1}, "model": "a"}');
  expect(rebuilt(hostile, 'b')).toBe('{"__proto__":{"x":1},"model":"b"}');
});
