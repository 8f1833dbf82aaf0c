import type { Backend } from '../../function/backends/backend.ts';
import type { Target } from '../../function/catalog/catalog.ts';
import { chatPassthroughBody, chatSurface, serverChat } from '../../function/pipeline/chat-servers.ts';
import type { JsonBody } from '../../function/http/body.ts';
import type { RoutedRequest } from '../../function/pipeline/route.ts';
import { plainCatalog } from '../support/catalog.ts';

interface Options {
  readonly target?: Partial<Target>;
  readonly backend?: Backend;
  readonly stackPays?: boolean;
  readonly models?: readonly string[];
}

/** A chat at a target that passes it through, unless a test says more. */
function routed(text: string, { target, backend = {}, stackPays = false, models }: Options = {}) {
  const context = {
    services: { catalog: plainCatalog, chatTemplate: () => Promise.resolve({}) },
    caller: { isProven: true, ...(models && { models }) },
  };
  const body = { value: JSON.parse(text), text };
  const credential = stackPays ? { kind: 'stack' } : { kind: 'bearer', token: 'k' };
  const to = { target: { backend: 'openai', model: 'm', ...target }, credential };
  return { request: { context, body }, to, backend } as unknown as RoutedRequest<JsonBody>;
}

const sent = async (text: string, options?: Options) => (await chatPassthroughBody(routed(text, options))).body;

describe('what a caller pays for', () => {
  test.each<[string, string, Options, string]>([
    [
      'stays as it came',
      '{ "model":"m", "seed":12345678901234567890 }',
      {},
      '{ "model":"m", "seed":12345678901234567890 }',
    ],
    ['has the name of the target', '{ "model":"a", "seed":1 }', {}, '{ "model":"m", "seed":1 }'],
    ['has it in every place', '{"model":"a","model":"m"}', {}, '{"model":"m","model":"m"}'],
    [
      'has it in any letters for a limited caller',
      '{"model":"m","MODEL":"b"}',
      { models: ['m'] },
      '{"model":"m","MODEL":"m"}',
    ],
    [
      'asks for a stream in every place alike',
      '{"model":"m","stream":true,"stream":false}',
      {},
      '{"model":"m","stream":false,"stream":false}',
    ],
    [
      'says null where it has no stream but speaks of one',
      '{"model":"m","x":["\\u0073"]}',
      {},
      '{"model":"m","x":["\\u0073"]}',
    ],
    [
      'has the limit that the server knows',
      '{"model":"m","max_completion_tokens":5}',
      { target: { maxTokensField: 'max_tokens' } },
      '{"model":"m","max_tokens":5}',
    ],
    [
      'keeps its limit otherwise',
      '{"model":"m","max_completion_tokens":5}',
      { target: { maxTokensField: 'max_completion_tokens' } },
      '{"model":"m","max_completion_tokens":5}',
    ],
  ])('%s', async (_how, text, options, expected) => {
    expect(await sent(text, options)).toBe(expected);
  });

  test('has no number that is infinite to a parser', async () => {
    await expect(chatPassthroughBody(routed('{"model":"m","seed":1e400,"seed":1}'))).rejects.toMatchObject({
      status: 400,
      code: 'invalid_value',
    });
  });
});

describe('what the stack pays for', () => {
  const chat = (part: object) => JSON.stringify({ model: 'a', messages: [{ role: 'user', content: [part] }] });
  const image = (url: string) => chat({ type: 'image_url', image_url: { url } });
  const audio = (data: string) => chat({ type: 'input_audio', input_audio: { data, format: 'wav' } });

  test('is written anew, with the fields that are known', async () => {
    const found = await chatPassthroughBody(routed('{"model":"a","messages":[],"lora":1}', { stackPays: true }));
    expect(found).toEqual({ body: '{"model":"m","messages":[]}', ignored: ['lora'] });
  });

  const notPublic = 'the URL must be https on port 443, without credentials, of a public host.';
  const onlyImages = "only images are fetched for this model's server: send the data themselves as a data: URL.";
  const [imagePlace, audioPlace] = ['messages[0].content[0].image_url.url', 'messages[0].content[0].input_audio.data'];

  test.each([
    [image('https://localhost/'), true, 'invalid_image_url', imagePlace, notPublic],
    [image('https://localhost/'), false, 'invalid_image_url', imagePlace, notPublic],
    [audio('https://localhost/'), true, 'invalid_value', audioPlace, notPublic],
    [audio('https://a.example.com/'), false, 'invalid_value', audioPlace, onlyImages],
  ])('%s is refused, where the server fetches: %s', async (text, fetchesUrls, code, param, why) => {
    const asked = Promise.resolve(chatPassthroughBody(routed(text, { stackPays: true, backend: { fetchesUrls } })));
    const message = `Invalid '${param}': ${why}`;
    await expect(asked).rejects.toMatchObject({ name: 'ApiError', status: 400, code, param, message });
  });

  test.each([image('https://a.example.com/'), audio('https://a.example.com/')])(
    '%s passes to a server that fetches',
    async (text) => {
      const options = { stackPays: true, backend: { fetchesUrls: true } };
      expect(await sent(text, options)).toBe(text.replace('"a"', '"m"'));
    },
  );

  test('has the limit that the server knows', () => {
    const request = { model: 'a', messages: [], max_completion_tokens: 5, lora: 1 };
    expect(serverChat(request, routed('{}', { target: { maxTokensField: 'max_tokens' } }))).toEqual({
      request: { model: 'a', messages: [], max_tokens: 5 },
      ignored: ['lora'],
    });
  });
});

describe('what takes chats', () => {
  const [chat, completions] = [{}, { call: () => undefined, open: () => undefined }] as unknown as [
    NonNullable<Backend['chat']>,
    NonNullable<Backend['completions']>,
  ];

  test('is the backend itself, or its completions behind a template', async () => {
    expect(await chatSurface(routed('{}', { backend: { chat, completions } }))).toBe(chat);
    const templated = await chatSurface(
      routed('{}', { backend: { chat, completions }, target: { chatTemplate: 'chatml' } }),
    );
    expect(templated).toEqual({ call: expect.any(Function), open: expect.any(Function) });
    expect(await chatSurface(routed('{}', { backend: { chat }, target: { chatTemplate: 'chatml' } }))).toBe(chat);
  });

  test('is a bug where there is nothing', async () => {
    await expect(chatSurface(routed('{}'))).rejects.toThrow('this backend takes neither chats nor prompts');
  });
});
