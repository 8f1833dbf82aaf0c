import type { CompletionsRequest } from '../../function/dialects/completions.gen.ts';
import type { EmbeddingsRequest } from '../../function/dialects/embeddings.gen.ts';
import { conforms } from './conforms.ts';

const ask: CompletionsRequest = { model: 'm', prompt: 'Once' };
const embed: EmbeddingsRequest = { model: 'm', input: 'Once' };

test.each(['text', ['a', 'b'], [1, 2], [[1], [2, 3]], [], null])('a prompt may be %j', (prompt) => {
  expect(conforms('completions-request', { ...ask, prompt })).toEqual([]);
});

test.each([5, {}, [null], [true], [['a']], [[]]])('a prompt may not be %j', (prompt) => {
  expect(conforms('completions-request', { ...ask, prompt })).not.toEqual([]);
});

test.each(['text', ['a', 'b'], [1, 2], [[1], [2, 3]]])('an input may be %j', (input) => {
  expect(conforms('embeddings-request', { ...embed, input })).toEqual([]);
});

test.each(['', [], [''], ['a', ''], [[]], [1.5], null, Array.from({ length: 2049 }, () => 'a')])(
  'an input may not be %j',
  (input) => {
    expect(conforms('embeddings-request', { ...embed, input })).not.toEqual([]);
  },
);

test('optional fields may be null', () => {
  const sparse: CompletionsRequest = {
    ...ask,
    best_of: null,
    echo: null,
    logit_bias: null,
    logprobs: null,
    max_tokens: null,
    n: null,
    stop: null,
    stream: null,
    stream_options: null,
    suffix: null,
    temperature: null,
    user: null,
  };
  expect(conforms('completions-request', sparse)).toEqual([]);
  const short: EmbeddingsRequest = { ...embed, dimensions: null, encoding_format: null, user: null };
  expect(conforms('embeddings-request', short)).toEqual([]);
});

test('max_tokens may be 0, which returns only the prompt with echo', () => {
  expect(conforms('completions-request', { ...ask, max_tokens: 0, echo: true })).toEqual([]);
  expect(conforms('completions-request', { ...ask, max_tokens: -1 })).not.toEqual([]);
});
