import * as fc from 'fast-check';
import { converseExceptionStatus } from '../../../function/dialects/converse.gen.ts';
import { openAiFailure } from '../../../function/translate/openai/failure.ts';
import { conforms } from '../../schemas/conforms.ts';

const word = fc.option(fc.string({ minLength: 1 }));

const anyFailure = fc.record(
  {
    name: fc.oneof(fc.constantFrom(...Object.keys(converseExceptionStatus), 'OpenAIError'), fc.string()),
    status: fc.integer({ min: 400, max: 599 }),
    message: fc.string(),
    retryAfter: fc.oneof(fc.string(), fc.nat().map(String)),
    openai: fc.record({ type: word, code: word, param: word }),
  },
  { requiredKeys: ['name', 'status', 'message'] },
);

test('every failure is an error of OpenAI, with headers that can be sent', () => {
  fc.assert(
    fc.property(anyFailure, (failed) => {
      const { status, headers, body } = openAiFailure(failed);
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
    const { headers } = openAiFailure({ name: 'SomethingNew', status, message: 'Wait.' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
});

test.each([
  ['7', '7'],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  ['soon', '2'],
  ['1\r\nset-cookie: a=b', '2'],
])('retry-after is passed on when it is one: %j', (retryAfter, expected) => {
  const { headers } = openAiFailure({
    name: 'ThrottlingException',
    status: 429,
    message: 'Too many requests',
    retryAfter,
  });
  expect(headers).toEqual({ 'retry-after': expected });
});
