import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, testApp } from '../support/app.ts';

const key = bedrockKey();
let bedrock: RunningSimulator;
let app: ReturnType<typeof testApp>;

const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const opus = 'us.anthropic.claude-opus-4-7';

beforeAll(async () => {
  bedrock = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
  const models = { brief: { target: `bedrock:${sonnet}`, defaultMaxOutput: 100 } };
  app = testApp({ endpoint: bedrock.url, catalog: { models } });
});
afterAll(() => bedrock.close());

const count = [{ role: 'user', content: 'Count to 5000' }];

/** The only choice of an answer. */
async function choice(body: object) {
  const { status, text } = await app.chat(body, { key });
  const reply = JSON.parse(text);
  expect([status, reply.error]).toEqual([200, undefined]);
  return reply.choices[0];
}

describe('rule 45: an answer is as long as it has to be', () => {
  test.each([sonnet, opus, 'us.anthropic.claude-sonnet-5'])('of %s', async (model) => {
    const { finish_reason: reason, message } = await choice({ model, messages: count });
    expect([reason, message.content.slice(-4)]).toEqual(['stop', '5000']);
  });

  test('beside a thinking budget', async () => {
    expect(await choice({ model: sonnet, messages: count, reasoning_effort: 'high' })).toMatchObject({
      finish_reason: 'stop',
    });
  });

  test("within what an old model takes, and within a name's own default", async () => {
    expect(await choice({ model: 'anthropic.claude-3-haiku-20240307-v1:0', messages: count })).toMatchObject({
      finish_reason: 'length',
    });
    expect(await choice({ model: 'brief', messages: count })).toMatchObject({ finish_reason: 'length' });
    expect(await choice({ model: 'brief', messages: count, max_tokens: 9000 })).toMatchObject({
      finish_reason: 'stop',
    });
  });
});

test('rule 51: reasoning of the newest Claude has a text', async () => {
  const { message } = await choice({
    model: opus,
    messages: [{ role: 'user', content: 'Hi' }],
    reasoning_effort: 'high',
  });
  expect(message.reasoning_content).toMatch(/\w/);
});

test('rule 54: as many images as Bedrock takes', async () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } };
  const messages = [
    { role: 'user', content: [{ type: 'text', text: 'Look' }, ...Array.from({ length: 29 }, () => image)] },
  ];
  const { message } = await choice({ model: 'us.anthropic.claude-sonnet-5', messages });
  expect(message.content).toContain('29 images');
  const old = await app.chat({ model: 'anthropic.claude-3-haiku-20240307-v1:0', messages }, { key });
  expect([old.status, old.text]).toEqual([400, expect.stringContaining('too many images')]);
});

test.each(['cache_control', 'prompt_cache_breakpoint'])('rule 55: %s on a document of text', async (mark) => {
  const file = { type: 'file', file: { filename: 'a.md', file_data: 'data:text/markdown;base64,IyBoZWxsbw==' } };
  const marked = { ...file, [mark]: { type: 'ephemeral', mode: 'explicit' } };
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'sum' }, file, marked] }];
  expect(await choice({ model: sonnet, messages })).toMatchObject({ finish_reason: 'stop' });
});

describe('images in the results of tools', () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const call = { id: 'c1', type: 'function', function: { name: 'shot', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'Look' },
    { role: 'assistant', content: null, tool_calls: [call] },
    {
      role: 'tool',
      tool_call_id: 'c1',
      content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }],
    },
  ];
  const tools = [{ type: 'function', function: { name: 'shot' } }];

  // GPT-5 would go to Chat Completions of its own, which take none.
  test.each([sonnet, 'us.amazon.nova-pro-v1:0', 'global.openai.gpt-5.6-luna'])('reach %s', async (model) => {
    const effort = model.includes('gpt') ? { reasoning_effort: 'none' } : {};
    expect(await choice({ model, messages, tools, ...effort })).toMatchObject({ finish_reason: 'stop' });
  });
});
