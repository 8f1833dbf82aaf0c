import { createHash } from 'node:crypto';
import { createBedrockOpenAi } from '../../function/backends/bedrock-openai/bedrock-openai.ts';
import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { createBedrockFrameReader } from '../../function/backends/bedrock/frames.ts';
import { createOpenAi } from '../../function/backends/openai/openai.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { ContentBlock, ConverseEvent, Message } from '../../function/dialects/converse.gen.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { openAiSimulator } from '../../local/simulators/openai/simulator.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { reply } from '../backends/chat.ts';
import { bedrockKey, testApp } from '../support/app.ts';

// A registered caller's key that is Bedrock's too: it pays for Bedrock, and the stack for the rest.
const key = bedrockKey();
const upstreamKey = ['sk', 'made', 'up', 'for', 'this', 'test'].join('-');
const secret = () => Promise.resolve({ ok: true, value: upstreamKey } as const);
const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

let openai: { url: string; close(): Promise<void> };
let bedrock: RunningSimulator;

beforeAll(async () => {
  openai = await openAiSimulator.start({ keys: () => [upstreamKey] });
  bedrock = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
afterAll(async () => {
  await openai.close();
  await bedrock.close();
});
afterEach(closeLoopbacks);

const catalog: Partial<Catalog> = {
  callers: [{ id: 'app', sha256: createHash('sha256').update(key).digest('hex') }],
  models: {
    claude: { target: `bedrock:${claude}`, fallbacks: ['openai:gpt-4o-mini'] },
    busy: { target: 'bedrock:us.amazon.nova-premier-v1:0', fallbacks: ['openai:gpt-4o-mini'] },
    small: { target: 'openai:gpt-4o-mini' },
    deepseek: { target: 'openai:deepseek-v4', fallbacks: [`bedrock:${claude}`] },
    gemini: { target: 'openai:gemini-3-pro' },
    native: { target: 'bedrock-openai:openai.gpt-oss-20b-1:0' },
  },
};

function appTo(baseUrl: string) {
  const backend = createOpenAi({
    baseUrl,
    key: { get: secret, refresh: secret },
    timeoutMs: 10_000,
    transport: createTransport(),
  });
  return testApp({ endpoint: bedrock.url, catalog, backends: { openai: backend } });
}

const tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const question = { role: 'user', content: 'What is the weather in Berlin?' };

test.each(['busy', 'small'])(
  'rule 60: a tool loop that Claude began goes on at an OpenAI-compatible server (%s)',
  async (model) => {
    const app = appTo(openai.url);
    const asked = { model: 'claude', tools: [tool], reasoning_effort: 'low', messages: [question] };
    const first = JSON.parse((await app.chat(asked, { key })).text);
    const { message } = first.choices[0];
    expect(message.reasoning_content).toMatch(/\S/);
    expect(message.tool_calls[0].id.length).toBeGreaterThan(100);
    const target = 'openai:gpt-4o-mini (chat)';
    const messages = [question, message, { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'rain' }];
    const next = { model, tools: [tool], messages };
    const whole = await app.chat(next, { key });
    expect([whole.status, whole.headers.get('x-gateway-target')]).toEqual([200, target]);
    expect(JSON.parse(whole.text).choices[0].message.content).toContain('rain');
    const streamed = await app.chat({ ...next, stream: true }, { key });
    expect([streamed.status, streamed.headers.get('x-gateway-target')]).toEqual([200, target]);
    expect(streamed.text).toContain('data: [DONE]');
    expect(streamed.text).not.toContain('"error"');
  },
);

test('rule 60: what OpenAI-compatible servers get of their own turns is what the caller sent', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const app = appTo(`${server.url}/v1`);
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: { a: 1 } };
  const messages = [
    question,
    { role: 'assistant', content: '', reasoning_content: 'R', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: '1' },
  ];
  expect((await app.chat({ model: 'small', messages }, { key })).status).toBe(200);
  expect(JSON.parse(server.arrived[0]?.body ?? '')).toEqual({ model: 'gpt-4o-mini', messages });
});

test("rule 60: Bedrock's own Chat Completions gets bare ids, and the bytes of every other body", async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const transport = createTransport();
  const native = createBedrockOpenAi({ bedrock: createBedrock({ transport }), endpoint: server.url, transport });
  const app = testApp({ endpoint: bedrock.url, catalog, backends: { 'bedrock-openai': native } });
  const send = (body: string) =>
    app.open('/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    });
  await send('{ "model":"native", "seed": 12345678901234567890, "messages":[{"role":"user","content":"x"}] }');
  expect(server.arrived[0]?.body).toBe(
    '{ "model":"openai.gpt-oss-20b-1:0", "seed": 12345678901234567890, "messages":[{"role":"user","content":"x"}] }',
  );
  const id = 'tooluse_abc~1~claude-sonnet-5~tdGhpbmtpbmc.~sAAAA';
  const call = { type: 'function', function: { name: 'f', arguments: '{}' } };
  const turns = (toolUseId: string, reasoning: object) => [
    question,
    { role: 'assistant', content: null, ...reasoning, tool_calls: [{ id: toolUseId, ...call }] },
    { role: 'tool', tool_call_id: toolUseId, content: '1' },
  ];
  const own = { 'amazon-bedrock-guardrailConfig': { tagSuffix: 'a' } };
  await send(JSON.stringify({ model: 'native', ...own, messages: turns(id, { reasoning_content: 'thinking' }) }));
  expect(JSON.parse(server.arrived[1]?.body ?? '')).toEqual({
    model: 'openai.gpt-oss-20b-1:0',
    ...own,
    messages: turns('tooluse_abc', {}),
  });
});

/** Converse's own names for the tool and the question. */
const toolSpec = {
  name: 'get_weather',
  description: 'The weather in a city',
  inputSchema: { json: tool.function.parameters },
};
const clock = { name: 'read_clock', description: 'What the clock says', inputSchema: { json: { type: 'object' } } };
const toolConfig = { tools: [{ toolSpec }, { toolSpec: clock }] };
const asked: Message = {
  role: 'user',
  content: [{ text: 'What is the weather in Berlin, and what does the clock say?' }],
};

type App = ReturnType<typeof appTo>;

/** One turn, whole or streamed, as AWS's clients put it together; the status where it was refused. */
async function turn(
  app: App,
  model: string,
  { messages, streamed }: { messages: readonly Message[]; streamed: boolean },
) {
  const response = await app.open(`/model/${model}/converse${streamed ? '-stream' : ''}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages, toolConfig }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const target = response.headers.get('x-gateway-target');
  const whole = (text: string) => JSON.parse(text).output.message as Message;
  if (response.status !== 200) throw new Error(`${response.status}: ${Buffer.from(bytes).toString()}`);
  const message = streamed ? assembled(bytes) : whole(Buffer.from(bytes).toString());
  return { message, target };
}

function assembled(bytes: Uint8Array): Message {
  const events = createBedrockFrameReader().read(bytes) as readonly ConverseEvent[];
  const content: Record<number, ContentBlock> = {};
  const inputs: Record<number, string> = {};
  for (const event of events) {
    if ('contentBlockStart' in event && 'toolUse' in event.contentBlockStart.start) {
      const { contentBlockIndex: at, start } = event.contentBlockStart;
      content[at] = { toolUse: { ...start.toolUse, input: {} } };
    }
    if (!('contentBlockDelta' in event)) continue;
    const { contentBlockIndex: at, delta } = event.contentBlockDelta;
    const block = content[at];
    if ('text' in delta) content[at] = { text: (block && 'text' in block ? block.text : '') + delta.text };
    if ('toolUse' in delta) inputs[at] = (inputs[at] ?? '') + delta.toolUse.input;
    if ('reasoningContent' in delta) {
      const before =
        block && 'reasoningContent' in block && 'reasoningText' in block.reasoningContent
          ? block.reasoningContent.reasoningText
          : { text: '' };
      const { text = '', ...more } = delta.reasoningContent as { text?: string; signature?: string };
      content[at] = { reasoningContent: { reasoningText: { ...before, text: before.text + text, ...more } } };
    }
  }
  for (const [at, input] of Object.entries(inputs)) {
    const block = content[Number(at)];
    if (block && 'toolUse' in block) content[Number(at)] = { toolUse: { ...block.toolUse, input: JSON.parse(input) } };
  }
  return { role: 'assistant', content: Object.values(content) };
}

function answered({ content }: Message): Message {
  const results = content.flatMap((block) =>
    'toolUse' in block
      ? [{ toolResult: { toolUseId: block.toolUse.toolUseId, content: [{ text: 'rain at noon' }] } }]
      : [],
  );
  return { role: 'user', content: results };
}

function textOf({ content }: Message): string {
  return content.map((block) => ('text' in block ? block.text : '')).join('');
}

const withoutReasoning = ({ role, content }: Message): Message => ({
  role,
  content: content.filter((block) => !('reasoningContent' in block)),
});

describe.each([false, true])(
  'rule 60: Converse in front of servers that want back what they gave; streamed: %s',
  (streamed) => {
    test.each(['deepseek', 'gemini'])('a tool loop of two turns (%s)', async (model) => {
      const app = appTo(openai.url);
      const messages: Message[] = [asked];
      for (let round = 0; round < 2; round += 1) {
        const { message } = await turn(app, model, { messages, streamed });
        const uses = message.content.flatMap((block) => ('toolUse' in block ? [block.toolUse.toolUseId] : []));
        expect(uses).toHaveLength(2);
        expect(uses.every((id) => /^[a-zA-Z0-9_.:-]{1,64}$/.test(id))).toBe(true);
        messages.push(message, answered(message));
        const told = await turn(app, model, { messages, streamed });
        expect([textOf(told.message), told.target]).toEqual([
          expect.stringContaining('rain at noon'),
          expect.stringContaining('openai:'),
        ]);
        messages.push(told.message, asked);
      }
    });

    test('a client that keeps no reasoning goes on at a server that wants some', async () => {
      const app = appTo(openai.url);
      const { message } = await turn(app, 'deepseek', { messages: [asked], streamed });
      const messages = [asked, withoutReasoning(message), answered(message)];
      expect(textOf((await turn(app, 'deepseek', { messages, streamed })).message)).toContain('rain at noon');
    });

    test('Bedrock gets none of it, and its bytes otherwise', async () => {
      const { message } = await turn(appTo(openai.url), 'deepseek', { messages: [asked], streamed });
      expect(JSON.stringify(message)).toContain('gateway~1~');
      const messages = [asked, message, answered(message)];
      // Nobody listens there.
      const told = await turn(appTo('http://127.0.0.1:9/v1'), 'deepseek', { messages, streamed });
      expect(told.target).toContain('bedrock:');
      expect(textOf(told.message)).toContain('rain at noon');
    });
  },
);
