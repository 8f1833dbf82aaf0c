import OpenAI, { InternalServerError } from 'openai';
import { startGateway, type Gateway } from '../support/gateway.ts';

/** What goes to inference components of SageMaker, and to what is not there. */
const config = {
  'bedrock-gateway:models': {
    instruct: { target: 'sagemaker:demo-shared/demo-instruct' },
    base: { target: 'sagemaker:demo-shared/demo-base', chatTemplate: 'chatml' },
    unnamed: { target: 'sagemaker:demo-shared' },
    'no-component': { target: 'sagemaker:demo-shared/demo-none' },
    'no-endpoint': { target: 'sagemaker:demo-none/demo-instruct' },
    single: { target: 'sagemaker:demo-vllm/demo-instruct' },
    careful: { target: 'sagemaker:demo-shared/demo-none', fallbacks: ['sagemaker:demo-shared/demo-instruct'] },
  },
};

let gateway: Gateway;
let client: OpenAI;
beforeAll(async () => {
  gateway = await startGateway({ config });
  client = new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.apiKey, maxRetries: 0 });
});
afterAll(() => gateway.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];

test.each([
  ['instruct', 'sagemaker:demo-shared/demo-instruct (chat)'],
  ['base', 'sagemaker:demo-shared/demo-base (completions)'],
  ['careful', 'sagemaker:demo-shared/demo-instruct (chat)'],
])('rule 74: %s is served by %s, buffered and streamed', async (model, target) => {
  const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
  expect([data.model, response.headers.get('x-gateway-target')]).toEqual([model, target]);
  const stream = await client.chat.completions.create({ model, messages, stream: true });
  let text = '';
  for await (const chunk of stream) {
    expect(chunk.model).toBe(model);
    text += chunk.choices[0]?.delta.content ?? '';
  }
  expect(text).toBe(data.choices[0]?.message.content);
});

test('serves completions of an inference component', async () => {
  const { model, choices } = await client.completions.create({ model: 'base', prompt: 'Once' });
  expect([model, choices.length]).toEqual(['base', 1]);
  for await (const chunk of await client.completions.create({ model: 'base', prompt: 'Once', stream: true }))
    expect(chunk.model).toBe('base');
});

test.each(['unnamed', 'no-component', 'no-endpoint', 'single'])(
  "rule 74: %s is a configuration error in every dialect, without the stack's names",
  async (model) => {
    for (const stream of [false, true]) {
      const asked = client.chat.completions.create({ model, messages, stream });
      const error: unknown = await asked.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(InternalServerError);
      expect(error).toMatchObject({ status: 502 });
      expect(String(error)).not.toMatch(/demo|123456789012|arn:/);
    }
    const converse = await fetch(`${gateway.baseUrl}/model/${model}/converse`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
    });
    expect(converse.status).toBeGreaterThanOrEqual(500);
    expect(await converse.text()).not.toMatch(/demo|123456789012|arn:/);
  },
);
