import { openAiSimulator } from '../../../../local/simulators/openai/simulator.ts';
import type { RunningSimulator } from '../../../../local/simulators/simulator.ts';
import { dialects } from '../../../../local/simulators/openai/dialects.ts';
import {
  converseCall,
  converseStream,
  gateway,
  listed,
  post,
  stackKey,
  startUpstreams,
  tokenOf,
  type Operation,
  type Upstreams,
} from '../../../attacks/upstreams.ts';
import { arn as secretArn } from '../../../backends/stack/secrets-manager.ts';
import type { TestApp } from '../../../support/app.ts';

let upstreams: Upstreams;
let simulator: RunningSimulator;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
  simulator = await openAiSimulator.start({ keys: () => [stackKey] });
  const models = {
    mini: { target: 'openai:gpt-4o-mini' },
    strict: { target: 'openai:gpt-4o-mini', maxTokensField: 'max_tokens' },
    thinker: { target: 'openai:deepseek-v4' },
  } as const;
  app = gateway(upstreams, {
    catalog: { callers: [listed('app')], models },
    config: { openai: { baseUrl: simulator.url, secretArn, timeoutMs: 5_000 } },
  });
});
afterAll(async () => {
  await simulator.close();
  await upstreams.close();
});

const weather = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const asksTools = {
  toolConfig: {
    tools: ['weather', 'forecast'].map((name) => ({ toolSpec: { name, inputSchema: { json: weather } } })),
    toolChoice: { any: {} },
  },
};

async function said(operation: Operation, model: string, more: object): Promise<{ status: number; text: string }> {
  return await post(app, operation.request(model, more), { token: tokenOf('app') });
}

/** The text, the names and input of calls and the reason of the end, of a whole answer or of the frames of a stream. */
function contentOf(text: string): string[] {
  return ['text', 'input', 'name', 'stopReason'].map((field) =>
    [...text.matchAll(new RegExp(`"${field}":("(?:[^"\\\\]|\\\\.)*"|\\{[^}]*\\})`, 'g'))]
      .map(([, value]) => JSON.parse(value ?? '""') as unknown)
      .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
      .join(''),
  );
}

const asFailures = new Set(['deepseek', 'openrouter']);
const others = Object.keys(dialects).filter((name) => !asFailures.has(name));

describe.each([
  ['a text', 'mini', {}],
  ['a text with thoughts', 'thinker', {}],
  ['a text that is cut', 'strict', { inferenceConfig: { maxTokens: 5 } }],
  ['calls', 'mini', asksTools],
] as const)('%s', (_name, model, more) => {
  const asked = async (operation: Operation, fault: string) =>
    await said(operation, model, { ...more, requestMetadata: { 'simulator-fault': fault } });

  test.each([converseCall, converseStream])("gives OpenAI's answer through $name", async (operation) => {
    const plain = contentOf((await asked(operation, 'no-done')).text);
    expect(plain.filter((part) => part !== '').length).toBeGreaterThan(1);
    const own = await Promise.all(others.map(async (fault) => [fault, await asked(operation, fault)] as const));
    for (const [fault, { status, text }] of own) expect([fault, status, contentOf(text)]).toEqual([fault, 200, plain]);
  });
});

test('mistral refuses max_completion_tokens and names it', async () => {
  const limited = { inferenceConfig: { maxTokens: 5 }, requestMetadata: { 'simulator-fault': 'mistral' } };
  const { status, text } = await said(converseCall, 'mini', limited);
  expect([status, JSON.parse(text).message]).toEqual([400, 'Extra inputs are not permitted']);
});

test.each([
  ['deepseek', "ended the answer by 'insufficient_system_resource'"],
  ['openrouter', 'The provider lost the connection.'],
])('%s reports a failure as a finish reason', async (fault, words) => {
  const failing = { requestMetadata: { 'simulator-fault': fault } };
  const whole = await said(converseCall, 'mini', failing);
  expect([whole.status, whole.text]).toEqual([500, expect.stringContaining(words)]);
  const stream = await said(converseStream, 'mini', failing);
  expect(stream.status).toBe(200);
  expect(stream.text).toContain(words);
  expect(stream.text).not.toContain('stopReason');
});
