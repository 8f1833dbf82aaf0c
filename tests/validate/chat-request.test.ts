import { chatRequest } from '../../function/validate/chat-request.ts';
import { refusal as refusalOf } from './refusal.ts';

const user = { role: 'user', content: 'hi' };

const refusal = (body: unknown): ReturnType<typeof refusalOf> => refusalOf(() => chatRequest(body));

test('a valid request is handed on as it is', () => {
  const body = { model: 'm', messages: [user], newer: true };
  expect(chatRequest(body)).toBe(body);
});

test.each([
  [{ messages: [user] }, 'model', 'missing_required_parameter', "Missing required parameter: 'model'."],
  [
    { model: 'm', messages: 'hi' },
    'messages',
    'invalid_type',
    "Invalid type for 'messages': expected an array, but got a string instead.",
  ],
  [
    { model: 'm', messages: [] },
    'messages',
    'array_below_min_length',
    "Invalid 'messages': array too short. Expected an array with minimum length 1.",
  ],
  [
    { model: 'm', messages: [user, { role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
    'messages[1].content[0].image_url.url',
    'missing_required_parameter',
    "Missing required parameter: 'messages[1].content[0].image_url.url'.",
  ],
  [
    { model: 'm', messages: [user], temperature: 3 },
    'temperature',
    'decimal_above_max_value',
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2.",
  ],
  [
    { model: 'm', messages: [user], n: 0 },
    'n',
    'integer_below_min_value',
    "Invalid 'n': integer below minimum value. Expected a value >= 1.",
  ],
  [
    { model: 'm', messages: [user], max_tokens: '5' },
    'max_tokens',
    'invalid_type',
    "Invalid type for 'max_tokens': expected an integer, but got a string instead.",
  ],
  [
    { model: 'm', messages: [user], bedrock: { nonsense: 1 } },
    'bedrock.nonsense',
    'unknown_parameter',
    "Unknown parameter: 'bedrock.nonsense'.",
  ],
])('%j is refused at %s', (body, param, code, message) => {
  expect(refusal(body)).toEqual({ status: 400, code, param, message });
});

test('an unknown role names the roles there are', () => {
  const { param, message } = refusal({ model: 'm', messages: [{ role: 'robot', content: 'secret text' }] });
  expect(param).toBe('messages[0].role');
  expect(message).toContain("'assistant'");
  expect(message).not.toContain('robot');
});

test.each([null, 'text', 7, []])('a body that is no object is refused: %j', (body) => {
  expect(refusal(body)).toMatchObject({ status: 400, param: null });
});

test('a hostile member name is not echoed at length', () => {
  const { param } = refusal({ model: 'm', messages: [user], bedrock: { ['x'.repeat(5000)]: 1 } });
  expect(param?.length).toBeLessThan(100);
});
