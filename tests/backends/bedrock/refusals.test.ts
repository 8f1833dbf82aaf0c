import { refusesReasoning, refusesStrictSchema } from '../../../function/backends/bedrock/refusals.ts';

const reasoning: readonly string[] = [
  'The encrypted content gAAAA could not be verified',
  'Invalid encrypted_reasoning',
  'Invalid `signature` in `thinking` block',
  'unknown data in reasoning',
  'The thinking block has a signature that is not valid',
  'reasoningContent signature mismatch',
  'messages.1.content.0.thinking.signature: Field required',
  'messages.1.content.0.reasoningText.signature is empty',
  'redacted_thinking: invalid value',
  '`thinking` or `redacted_thinking` blocks in the latest message cannot be modified',
  'thinking blocks must remain as they were in the original response',
  "This model doesn't support redactedContent",
  'The model does not support the field reasoningContent',
  'This field accepts only encrypted reasoning',
];

const strict: readonly string[] = [
  'The compiled grammar is too large',
  'The grammar timed out',
  'Could not build a grammar',
  'Too many rules in the grammar',
  'strict is not supported',
  'structured output is not available',
  'The schema is too complex',
  'JSON schema: `oneOf` is not currently supported',
  'Unsupported keyword in schema',
  'too many optional parameters',
  'too many union types',
];

const neither: readonly string[] = [
  'The model is not ready',
  'messages: roles must alternate',
  'signature',
  'The thinking of a model',
  'encrypted',
  'The schema is here',
  'too many tokens',
];

const validation = { name: 'ValidationException', status: 400 };

test.each(reasoning)('%j refuses reasoning', (message) => {
  expect(refusesReasoning({ ...validation, message })).toBe(true);
});

test.each(strict)('%j refuses a strict schema', (message) => {
  expect(refusesStrictSchema({ ...validation, message })).toBe(true);
});

test.each(neither)('%j refuses neither', (message) => {
  expect(refusesReasoning({ ...validation, message })).toBe(false);
  expect(refusesStrictSchema({ ...validation, message })).toBe(false);
});

/** Failures that say so, and whether they are the model's refusal. */
const failures: readonly [string, number, number | undefined, boolean][] = [
  ['ValidationException', 400, undefined, true],
  ['ValidationException', 413, undefined, false],
  ['ValidationException', 500, undefined, false],
  ['ThrottlingException', 400, undefined, false],
  ['ModelErrorException', 424, 400, true],
  ['ModelStreamErrorException', 424, 400, true],
  ['ModelErrorException', 424, 500, false],
  ['ModelErrorException', 400, undefined, false],
];

test.each(failures)('%s (%d, originally %j): whether it is a refusal is %j', (name, status, original, isRefusal) => {
  const over = { name, status, ...(original !== undefined && { originalStatus: original }) };
  expect(refusesReasoning({ ...over, message: 'only encrypted reasoning' })).toBe(isRefusal);
  expect(refusesStrictSchema({ ...over, message: 'strict' })).toBe(isRefusal);
});
