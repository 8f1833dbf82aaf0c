import type { CallContext, Surface } from '../../function/backends/backend.ts';
import { chatTemplates } from '../../function/chat-templates/load.ts';
import type { ChatRequest } from '../../function/dialects/chat.gen.ts';
import type {
  CompletionsChunk,
  CompletionsReply,
  CompletionsRequest,
} from '../../function/dialects/completions.gen.ts';
import type { Failure, Streamed } from '../../function/dialects/outcome.ts';
import { templatedChat } from '../../function/pipeline/chat-template.ts';
import { conforms } from '../schemas/conforms.ts';

const context: CallContext = {
  credential: { kind: 'stack' },
  model: 'my-endpoint',
  region: 'us-east-1',
  signal: new AbortController().signal,
};
const question: ChatRequest = { model: 'base', messages: [{ role: 'user', content: 'Hi' }] };
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const head = { id: 'cmpl-1', created: 7, model: 'base' };
const chatHead = { id: 'chatcmpl-1', created: 7, model: 'base', object: 'chat.completion.chunk' };
const failure: Failure = { name: 'OpenAIError', status: 429, message: 'Slow down.' };

type Reason = CompletionsReply['choices'][number]['finish_reason'] | null;

function piece(text: string, reason: Reason = null, index = 0): CompletionsChunk {
  return { ...head, object: 'text_completion', choices: [{ text, index, logprobs: null, finish_reason: reason }] };
}

type Completions = Surface<CompletionsRequest, CompletionsReply, CompletionsChunk>;

/** A backend that answers what it is told to, and remembers what it was asked. */
async function base({ reply, batches }: { reply?: CompletionsReply; batches?: Streamed<CompletionsChunk>[][] }) {
  const asked: { request: CompletionsRequest; context: CallContext }[] = [];
  const closed: string[] = [];
  const surface: Completions = {
    call: async (request, given) => {
      asked.push({ request, context: given });
      return reply === undefined ? { ok: false, failure } : { ok: true, value: reply };
    },
    open: async (request, given) => {
      asked.push({ request, context: given });
      return batches === undefined ? { ok: false, failure } : { ok: true, value: told(batches, closed) };
    },
  };
  return { chat: templatedChat(surface, await chatTemplates({})('chatml')), asked, closed };
}

async function* told(batches: Streamed<CompletionsChunk>[][], closed: string[]) {
  try {
    for (const batch of batches) yield batch;
  } finally {
    closed.push('closed');
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('a base model behind a chat template', () => {
  const reply: CompletionsReply = {
    ...head,
    object: 'text_completion',
    choices: [
      { text: 'Hello.', index: 0, logprobs: null, finish_reason: 'stop' },
      { text: 'Well', index: 1, logprobs: null, finish_reason: 'length' },
    ],
    usage,
  };

  test('is asked for the rest of a prompt, and answers a chat', async () => {
    const { chat, asked } = await base({ reply });
    const outcome = await chat.call({ ...question, stop: '.', n: 2 }, context);
    expect(asked).toEqual([
      {
        request: {
          model: 'base',
          n: 2,
          prompt: '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
          max_tokens: null,
          stop: ['.', '<|im_end|>', '<|im_start|>'],
        },
        context,
      },
    ]);
    const value = {
      ...head,
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello.', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
        {
          index: 1,
          message: { role: 'assistant', content: 'Well', refusal: null },
          logprobs: null,
          finish_reason: 'length',
        },
      ],
      usage,
    };
    expect(outcome).toEqual({ ok: true, value });
    expect(conforms('chat-reply', value)).toEqual([]);
  });

  test('streams a chat: the role first, then the text, then the end and the usage', async () => {
    const last: CompletionsChunk = { ...head, object: 'text_completion', choices: [], usage };
    const { chat } = await base({
      batches: [[piece('Hel'), piece('Oh', null, 1)], [piece('lo.', 'stop'), piece('', 'length', 1)], [last]],
    });
    const outcome = await chat.open(question, context);
    if (!outcome.ok) throw new Error('the stream must open');
    const batches = await all(outcome.value);
    const chunk = (index: number, delta: object, reason: Reason = null) => ({
      ...chatHead,
      choices: [{ index, delta, logprobs: null, finish_reason: reason }],
    });
    expect(batches).toEqual([
      [
        chunk(0, { role: 'assistant', content: '', refusal: null }),
        chunk(0, { content: 'Hel' }),
        chunk(1, { role: 'assistant', content: '', refusal: null }),
        chunk(1, { content: 'Oh' }),
      ],
      [chunk(0, { content: 'lo.' }), chunk(0, {}, 'stop'), chunk(1, {}, 'length')],
      [{ ...chatHead, choices: [], usage }],
    ]);
    expect(batches.flat().flatMap((each) => conforms('chat-chunk', each))).toEqual([]);
  });

  test('fails as its backend fails, before a stream and in it', async () => {
    const { chat } = await base({});
    expect(await chat.call(question, context)).toEqual({ ok: false, failure });
    expect(await chat.open(question, context)).toEqual({ ok: false, failure });
    const { chat: breaking } = await base({ batches: [[piece('Hel'), { failure }]] });
    const outcome = await breaking.open(question, context);
    if (!outcome.ok) throw new Error('the stream must open');
    const [batch] = await all(outcome.value);
    expect(batch?.at(-1)).toEqual({ failure });
  });

  test('is not asked what no prompt can say', async () => {
    const { chat, asked } = await base({ reply });
    const images = [{ type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } }];
    await expect(
      chat.call({ ...question, messages: [{ role: 'user', content: images }] }, context),
    ).rejects.toMatchObject({
      status: 400,
      param: 'messages[0].content[0].type',
    });
    await expect(chat.open({ ...question, tool_choice: 'required' }, context)).rejects.toMatchObject({
      param: 'tool_choice',
    });
    expect(asked).toEqual([]);
  });

  test('is let go when nobody listens any more', async () => {
    const { chat, closed } = await base({ batches: [[piece('Hel')], [piece('lo.', 'stop')]] });
    const outcome = await chat.open(question, context);
    if (!outcome.ok) throw new Error('the stream must open');
    for await (const batch of outcome.value) {
      expect(batch).toHaveLength(2);
      break;
    }
    expect(closed).toEqual(['closed']);
  });
});
