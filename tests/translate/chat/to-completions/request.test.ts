import schema from '../../../../schemas/openai/chat-request.json' with { type: 'json' };
import type { ChatRequest } from '../../../../function/dialects/chat.gen.ts';
import { fates, ignoredFields } from '../../../../function/translate/chat/to-completions/fields.ts';
import { chatToCompletions } from '../../../../function/translate/chat/to-completions/request.ts';
import { conforms } from '../../../schemas/conforms.ts';

const question: ChatRequest = { model: 'base', messages: [{ role: 'user', content: 'Hi' }] };
const prompting = { render: ({ messages }: ChatRequest) => `${messages.length} messages`, stop: ['END'] };

function asked(more: Partial<ChatRequest> & Readonly<Record<string, unknown>>, stop = prompting.stop): object {
  return chatToCompletions({ ...question, ...more }, { ...prompting, stop });
}

test('each member of the generated schema has a fate, and no other', () => {
  expect(Object.keys(fates).sort()).toEqual(Object.keys(schema.properties).sort());
});

describe('a chat as a completion', () => {
  test('is the prompt, without a limit, and the stops of its template', () => {
    expect(asked({})).toEqual({ model: 'base', prompt: '1 messages', max_tokens: null, stop: ['END'] });
    expect(asked({}, [])).toEqual({ model: 'base', prompt: '1 messages', max_tokens: null });
  });

  test('keeps what both dialects have', () => {
    const both = {
      n: 2,
      seed: 1,
      user: 'u-1',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      top_p: 0.5,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      logit_bias: { '1': 2 },
    };
    const completion = asked({ ...both, max_tokens: 5, max_completion_tokens: 7 });
    expect(completion).toEqual({ ...both, model: 'base', prompt: '1 messages', max_tokens: 7, stop: ['END'] });
    expect(conforms('completions-request', completion)).toEqual([]);
    expect(asked({ max_tokens: 5 })).toMatchObject({ max_tokens: 5 });
  });

  test.each([
    [null, ['END']],
    ['.', ['.', 'END']],
    ['END', ['END']],
    [
      ['a', '', 'END', 'b', 'a'],
      ['a', 'END', 'b'],
    ],
  ])('stops where the caller says (%j) and where the template does, once', (stop, all) => {
    expect(asked({ stop })).toMatchObject({ stop: all });
  });

  test("passes vLLM's own members on, and nothing that would stand for the prompt", () => {
    const completion = asked({
      top_k: 4,
      min_p: 0.1,
      prompt: 'mine',
      prompt_embeds: 'x',
      echo: true,
      suffix: 's',
      best_of: 9,
    });
    expect(completion).toEqual({
      top_k: 4,
      min_p: 0.1,
      model: 'base',
      prompt: '1 messages',
      max_tokens: null,
      stop: ['END'],
    });
  });
});

describe('what a prompt cannot say', () => {
  const tool = { type: 'function', function: { name: 'f' } } as const;

  test.each<Partial<ChatRequest>>([
    { tools: [tool] },
    { tool_choice: 'required' },
    { functions: [{ name: 'f' }] },
    { function_call: { name: 'f' } },
    { response_format: { type: 'json_object' } },
    { response_format: { type: 'json_schema', json_schema: { name: 'a' } } },
    { logprobs: true },
    { top_logprobs: 3 },
    { modalities: ['audio'] },
    { audio: { format: 'mp3', voice: 'alloy' } },
    { web_search_options: {} },
  ])('%j is refused by its name', (more) => {
    const [param] = Object.keys(more);
    expect(() => asked(more)).toThrow(expect.objectContaining({ status: 400, code: 'unsupported_parameter', param }));
  });

  test.each<Partial<ChatRequest>>([
    { tools: [], functions: [] },
    { tool_choice: 'none', function_call: 'auto' },
    { response_format: { type: 'text' }, modalities: ['text'], logprobs: false, top_logprobs: 0 },
    { tools: null, tool_choice: null, response_format: null },
  ])('%j asks for nothing', (more) => {
    expect(asked(more)).toEqual(asked({}));
  });

  test('and does not change the meaning of the answer is named', () => {
    const chat: ChatRequest = {
      ...question,
      bedrock: {},
      metadata: { a: 'b' },
      reasoning_effort: 'high',
      store: true,
      service_tier: 'flex',
      verbosity: 'medium',
      prediction: null,
      seed: 1,
    };
    expect(ignoredFields(chat)).toEqual(['bedrock', 'metadata', 'reasoning_effort', 'store', 'service_tier']);
    expect(chatToCompletions(chat, prompting)).toEqual(asked({ seed: 1 }));
  });
});
