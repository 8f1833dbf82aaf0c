import { disposition, reasons } from '../../../function/translate/embeddings/disposition.ts';
import { embeddingsFailure } from '../../../function/translate/embeddings/failure.ts';
import { conforms } from '../../schemas/conforms.ts';

const invalid = (message: string) => ({ name: 'ValidationException', status: 400, message });

test.each([
  '400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: 9875',
  'Malformed input request: #/texts/0: expected maxLength: 2048, actual: 19882, please reformat your input and try again.',
  'Input is too long for requested model.',
])('a text that is too long is said to be the input: %s', (message) => {
  const { status, body, event } = embeddingsFailure(invalid(message));
  expect(conforms('error', body)).toEqual([]);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'context_length_exceeded', param: 'input' });
  expect(body.error.message).toContain(message);
  expect(event).toBe(body);
});

test('what upstream says of accounts is left out', () => {
  const { body } = embeddingsFailure(invalid('Too many input tokens for arn:aws:bedrock:us-east-1:123456789012:x/y'));
  expect(body.error.message).not.toContain('123456789012');
});

test.each([
  [invalid('Malformed input request: #/dimensions: 7 is not a valid enum value'), 400, null],
  [{ name: 'ThrottlingException', status: 429, message: 'Too many requests' }, 429, 'rate_limit_exceeded'],
  [{ name: 'MalformedReply', status: 502, message: '' }, 502, 'bad_gateway'],
])('any other failure is what it is for a chat: %j', (failed, status, code) => {
  const told = embeddingsFailure(failed);
  expect([told.status, told.body.error.code]).toEqual([status, code]);
});

test('every member of the request has a disposition, and the reason of it', () => {
  expect(Object.keys(reasons)).toEqual(Object.keys(disposition));
});
