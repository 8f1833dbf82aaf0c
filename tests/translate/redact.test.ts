import { redact } from '../../function/translate/redact.ts';

// Put together here, so that nothing in this file looks like a key.
const keyId = ['AKIA', 'EXAMPLE'.repeat(2)].join('');
const longTermKey = ['ABSK', 'ZXhhbXBsZQ'.repeat(4), '=='].join('');
const shortTermKey = ['bedrock-api-key-', 'ZXhhbXBsZQ'.repeat(4)].join('');
const maskedKey = ['sk-proj-', '*'.repeat(20), 'abcd'].join('');
const jwt = ['eyJhbGciOiJub25lIn0', 'e30', ''].join('.');

test.each([
  ['User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized', 'User: [ARN] is not authorized'],
  ['on resource: arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/a.b-v1:0, sorry', 'on resource: [ARN], sorry'],
  ['account 123456789012 is over', 'account [account] is over'],
  ['1234567890123 tokens', '1234567890123 tokens'],
  [`the key ${keyId} is`, 'the key [id] is'],
  [`the key ${longTermKey}`, 'the key [key]'],
  [`the key ${shortTermKey} is`, 'the key [key] is'],
  [`Authorization: Bearer ${longTermKey}`, 'Authorization: Bearer [key]'],
  ['the header x-api-key: not-a-real-key is', 'the header x-api-key: [key] is'],
  ['{"api-key": "not-a-real-key"}', '{"api-key": "[key]"}'],
  ['an api-key is required: send one', 'an api-key is required: send one'],
  ['connect https://bedrock-runtime.us-east-1.amazonaws.com:443/model/x failed', 'connect [host] failed'],
  ['getaddrinfo ENOTFOUND bedrock-runtime.us-east-1.api.aws', 'getaddrinfo ENOTFOUND [host]'],
  [
    'Rate limit reached in organization org-abcDEF123456 on tokens',
    'Rate limit reached in organization [account] on tokens',
  ],
  ['in organization org-short on tokens, project proj_a', 'in organization [account] on tokens, project [account]'],
  [`Incorrect API key provided: ${maskedKey}.`, 'Incorrect API key provided: [key].'],
  [`the token ${jwt} is`, 'the token [key] is'],
  ['GET /?X-Amz-Signature=abc123&X-Amz-Date=x of it', 'GET /?[key]&[key] of it'],
  ['http://10.0.3.7:8000/v1 refused', '[host] refused'],
  ['http://vllm.models.svc:8000/v1 refused', '[host] refused'],
  ['  blank around  ', 'blank around'],
  ['max_tokens: 64001 > 64000, which is the maximum', 'max_tokens: 64001 > 64000, which is the maximum'],
])('%s', (message, expected) => {
  expect(redact(message)).toBe(expected);
});

test('a message is cut before it is read', () => {
  expect(redact('x'.repeat(2000))).toHaveLength(2000);
  expect(redact('x'.repeat(2001))).toHaveLength(2000);
});
