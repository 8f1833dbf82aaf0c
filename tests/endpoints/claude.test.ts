import { startBedrockSimulator, type Simulator } from '../../local/bedrock/simulator.ts';
import { bedrockKey, testApp } from '../support/app.ts';

const key = bedrockKey();
let bedrock: Simulator;
let app: ReturnType<typeof testApp>;

const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const opus = 'us.anthropic.claude-opus-4-7';

beforeAll(async () => {
  bedrock = await startBedrockSimulator({ keys: () => [key], region: 'us-east-1' });
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
