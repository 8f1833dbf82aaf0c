import * as fc from 'fast-check';
import { converseExceptionStatus } from '../../../../function/dialects/converse.gen.ts';
import { clean } from '../../../../function/translate/chat/from-converse/clean.ts';
import { failure } from '../../../../function/translate/chat/from-converse/failure.ts';
import { conforms } from '../../../schemas/conforms.ts';

// Put together here, so that nothing in this file looks like a key.
const keyId = ['AKIA', 'EXAMPLE'.repeat(2)].join('');
const longTermKey = ['ABSK', 'ZXhhbXBsZQ'.repeat(4), '=='].join('');
const shortTermKey = ['bedrock-api-key-', 'ZXhhbXBsZQ'.repeat(4)].join('');

test.each([
  ['User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized', 'User: [ARN] is not authorized'],
  ['on resource: arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/a.b-v1:0, sorry', 'on resource: [ARN], sorry'],
  ['account 123456789012 is over', 'account [account] is over'],
  ['1234567890123 tokens', '1234567890123 tokens'],
  [`the key ${keyId} is`, 'the key [id] is'],
  [`the key ${longTermKey}`, 'the key [key]'],
  [`the key ${shortTermKey} is`, 'the key [key] is'],
  [`Authorization: Bearer ${longTermKey}`, 'Authorization: Bearer [key]'],
  ['connect https://bedrock-runtime.us-east-1.amazonaws.com:443/model/x failed', 'connect [host] failed'],
  ['getaddrinfo ENOTFOUND bedrock-runtime.us-east-1.api.aws', 'getaddrinfo ENOTFOUND [host]'],
  ['max_tokens: 64001 > 64000, which is the maximum', 'max_tokens: 64001 > 64000, which is the maximum'],
])('%s', (message, expected) => {
  expect(clean(message)).toBe(expected);
});

const anyFailure = fc.record(
  {
    name: fc.oneof(fc.constantFrom(...Object.keys(converseExceptionStatus)), fc.string()),
    status: fc.integer({ min: 400, max: 599 }),
    message: fc.string(),
    retryAfter: fc.oneof(fc.string(), fc.nat().map(String)),
  },
  { requiredKeys: ['name', 'status', 'message'] },
);

test('every failure is an error of OpenAI, with headers that can be sent', () => {
  fc.assert(
    fc.property(anyFailure, (failed) => {
      const { status, headers, body } = failure(failed);
      expect(conforms('error', body)).toEqual([]);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body.error.message).not.toBe('');
      for (const [name, value] of Object.entries(headers))
        expect([name, value].join(': ')).toMatch(/^[\w-]+: [\w ,:]+$/);
    }),
  );
});

test('rule 39: whoever may try again is told when', () => {
  for (const status of [429, 503]) {
    const { headers } = failure({ name: 'SomethingNew', status, message: 'Wait.' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
});

test.each([
  ['7', '7'],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  ['soon', '2'],
  ['1\r\nset-cookie: a=b', '2'],
])('retry-after is passed on when it is one: %j', (retryAfter, expected) => {
  const { headers } = failure({ name: 'ThrottlingException', status: 429, message: 'Too many requests', retryAfter });
  expect(headers).toEqual({ 'retry-after': expected });
});
