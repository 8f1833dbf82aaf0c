import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startGateway, type Gateway, type GatewayOptions } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'models-parameter-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function withStack(
  { parameter, config }: { parameter?: string; config?: GatewayOptions['config'] },
  body: (gateway: Gateway) => Promise<void>,
): Promise<void> {
  const file = path.join(folder, `${randomUUID()}.json`);
  if (parameter !== undefined) await writeFile(file, parameter);
  const flags = parameter === undefined ? [] : ['--models-parameter', file];
  const gateway = await startGateway({ flags, ...(config && { config }) });
  try {
    await body(gateway);
  } finally {
    await gateway.close();
  }
}

async function ask({ baseUrl, apiKey }: Gateway, model: string | undefined): Promise<[number, unknown]> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const { model: answered } = Object(await response.json());
  return [response.status, answered];
}

/** What the functions have logged of the parameter. */
async function logLines({ log, logged }: Gateway): Promise<Record<string, unknown>[]> {
  const mark = '"models parameter"';
  await logged((text) => /"models parameter".*\n/.test(text));
  const all = log().split('\n').slice(0, -1);
  return all.filter((line) => line.includes(mark)).map((line) => JSON.parse(line));
}

test.concurrent('rule 71: models of the parameter answer from the first request, within the permissions of the stack', async () => {
  const parameter = JSON.stringify({
    'claude-*': { target: 'bedrock:amazon.titan-embed-text-v2:0', fallbacks: ['bedrock:unheard.of-v1:0'] },
    'later-*': { target: 'openai:gpt-4o-mini' },
    '*': { target: 'sagemaker:demo-vllm' },
    elsewhere: { target: 'sagemaker:another' },
  });
  await withStack({ parameter }, async (gateway) => {
    expect(await ask(gateway, 'later-on')).toEqual([200, expect.any(String)]);
    expect(await ask(gateway, 'whatever')).toEqual([200, expect.any(String)]);
    expect(await ask(gateway, undefined)).toEqual([200, expect.any(String)]);
    expect(await ask(gateway, gateway.model)).toEqual([200, gateway.model]);
    const [line] = await logLines(gateway);
    expect(line).toMatchObject({ level: 'WARN', added: 2 });
    expect(line?.['leftOut']).toEqual(
      ['claude-*', 'elsewhere'].map((name) => ({ name, reason: expect.stringContaining('has no right') })),
    );
  });
});

test.concurrent.each([
  ['a broken parameter', '{"pasted-by-mistake":', 'not a JSON object'],
  ['a missing parameter', undefined, 'There is no such parameter'],
])('%s leaves the models of the config and is logged', async (_name, parameter, problem) => {
  const config = {
    'bedrock-gateway:modelsParameter': '/team/models',
    'bedrock-gateway:models': { own: { target: 'bedrock:us.amazon.nova-lite-v1:0' } },
  };
  await withStack({ ...(parameter !== undefined && { parameter }), config }, async (gateway) => {
    expect(await ask(gateway, 'own')).toEqual([200, 'own']);
    expect((await ask(gateway, 'pasted-by-mistake'))[0]).toBe(404);
    const lines = await logLines(gateway);
    expect(lines[0]).toMatchObject({ level: 'WARN', problem: expect.stringContaining(problem) });
    expect(JSON.stringify(lines)).not.toContain('pasted-by-mistake');
  });
});
