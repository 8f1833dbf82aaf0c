import type { ChatChunk, ChatReply, ErrorReply, ModelList } from '../../function/dialects/chat.gen.ts';
import type { CompletionsChunk, CompletionsReply } from '../../function/dialects/completions.gen.ts';
import type { EmbeddingsReply } from '../../function/dialects/embeddings.gen.ts';
import { conforms } from './conforms.ts';

const head = { id: 'chatcmpl-1', created: 1, model: 'm' };

const reply: ChatReply = {
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: { role: 'assistant', content: 'Hello', refusal: null, reasoning_content: 'They greet.' },
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

const chunk: ChatChunk = {
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, finish_reason: null, delta: { tool_calls: [{ index: 0, function: { arguments: '{' } }] } }],
  usage: null,
};

const completion: CompletionsReply = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, text: 'Hello', finish_reason: 'stop', logprobs: null }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

const piece: CompletionsChunk = {
  ...completion,
  choices: [{ index: 0, text: 'Hel', finish_reason: null, logprobs: null }],
  usage: null,
};

const embeddings: EmbeddingsReply = {
  object: 'list',
  model: 'm',
  data: [
    { object: 'embedding', index: 0, embedding: [0.5, -1] },
    { object: 'embedding', index: 1, embedding: 'AAAAPw==' },
  ],
  usage: { prompt_tokens: 2, total_tokens: 2 },
};

const list: ModelList = { object: 'list', data: [{ id: 'm', object: 'model', created: 1, owned_by: 'amazon' }] };
const error: ErrorReply = { error: { message: 'No.', type: 'invalid_request_error', param: null, code: null } };

describe('conforms', () => {
  test.each([
    ['chat-reply', reply],
    ['chat-chunk', chunk],
    ['completions-reply', completion],
    ['completions-chunk', piece],
    ['embeddings-reply', embeddings],
    ['models', list],
    ['model', list.data[0]],
    ['error', error],
  ] as const)('finds no problem in a valid %s', (kind, value) => {
    expect(conforms(kind, value)).toEqual([]);
  });

  test.each([
    ['chat-reply', { ...reply, choices: [{ ...reply.choices[0], finish_reason: 'done' }] }, '/choices/0/finish_reason'],
    ['chat-chunk', { ...chunk, object: 'chat.completion' }, '/object'],
    ['completions-reply', piece, '/choices/0/finish_reason'],
    ['completions-chunk', { ...piece, choices: [{ ...piece.choices[0], text: null }] }, '/choices/0/text'],
    ['embeddings-reply', { ...embeddings, data: [{ ...embeddings.data[0], embedding: ['a'] }] }, '/data/0/embedding/0'],
    ['models', { ...list, data: [{ id: 'm' }] }, '/data/0'],
    ['error', { error: 'No.' }, '/error'],
  ] as const)('reports the place of a problem in an invalid %s', (kind, value, place) => {
    expect(conforms(kind, value)[0]).toMatch(new RegExp(`^${place} `));
  });
});
