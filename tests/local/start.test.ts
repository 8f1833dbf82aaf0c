import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, runLocalStack, runScript, stackFile, type Run } from '../support/gateway.ts';
import type { Announcement } from '../../local/banner.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let demo: Awaited<ReturnType<typeof stackFile>>;
let onDemo: string[];
let quickly: string[];
beforeAll(async () => {
  demo = await stackFile();
  onDemo = ['--port', '0', '--stack', demo.stack];
  quickly = [...onDemo, '--json'];
});
afterAll(() => demo.remove());

/** A long-term key names its account in plain. */
function textOf(key: string): string {
  return Buffer.from(key.replace(/^ABSK/, ''), 'base64').toString();
}

/** An OpenAI-compatible server that is not up yet, on a port that nobody listens on. */
function backend() {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    authorizations.push(incoming.headers.authorization);
    const message = { role: 'assistant', content: 'Hello.', refusal: null };
    const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices }));
  });
  // Outside of the range that systems hand out by themselves.
  const port = 20_000 + (process.pid % 10_000);
  return { server, port, authorizations };
}

/** The free port on which a server listens from now on. */
async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Stops a run, which must end well and leave no files. */
async function expectCleanEnd(run: Run, signal: NodeJS.Signals): Promise<void> {
  const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(ownFolders));
  const ownFolders = `bedrock-gateway-${run.child.pid}-`;
  expect(await folders()).toHaveLength(1);
  expect(await run.end(signal)).toEqual({ code: 0, signal: null });
  expect(await folders()).toEqual([]);
}

/** What `npm start` runs. */
function npmStart(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Run {
  return runScript(process.execPath, [path.join(root, 'scripts', 'run.mjs'), 'start', ...args], env);
}

/** Runs for as long as a test needs it. */
async function withRun(run: Run, body: (run: Run) => Promise<void>): Promise<void> {
  try {
    await body(run);
  } finally {
    await run.end('SIGTERM');
  }
}

describe('--json', () => {
  test('prints exactly one line when the stack is ready, and SIGTERM stops it and leaves nothing behind', async () => {
    await withRun(runLocalStack(quickly), async (run) => {
      const announcement = JSON.parse(await run.firstLine());
      expect(Object.keys(announcement)).toEqual([
        'baseUrl',
        'apiKey',
        'adminKey',
        'model',
        'throttledModel',
        'embeddingModel',
        'openaiModel',
        'sagemakerModel',
        'models',
        'caFile',
        'caBundleFile',
      ]);
      expect(announcement).toMatchObject({ caFile: null, caBundleFile: null });
      expect(announcement.adminKey).toMatch(/^sk-test-[0-9a-f]{12}-0{35}1-[0-9A-Za-z]{43}$/);
      expect(announcement.baseUrl).toMatch(/^http:\/\/localhost:\d+\/v1$/);
      expect(textOf(announcement.apiKey)).toMatch(/^BedrockAPIKey-\w+-at-123456789012:.{40,}$/);
      expect(announcement.models).toEqual(expect.arrayContaining([announcement.model, announcement.throttledModel]));
      const health = await fetch(`${new URL(announcement.baseUrl).origin}/health`);
      expect(health.status).toBe(200);
      await expectCleanEnd(run, 'SIGTERM');
      expect(run.stdout().trim().split('\n')).toHaveLength(1);
    });
  });

  test("--bedrock aws prints no key, only Amazon's models and what is missing; run.mjs forwards the signal and the exit code", async () => {
    const env = { ...process.env, AWS_BEARER_TOKEN_BEDROCK: '', AWS_REGION: '', AWS_DEFAULT_REGION: '' };
    await withRun(npmStart([...quickly, '--bedrock', 'aws'], env), async (run) => {
      const announcement = JSON.parse(await run.firstLine());
      expect(announcement).toMatchObject({ apiKey: null, throttledModel: null });
      expect(announcement.model).toEqual(expect.any(String));
      expect(announcement.models).toEqual(['gpt-4o', 'text-embedding-3-small']);
      // Nobody is known whom the stack would pay for.
      expect(announcement).toMatchObject({ openaiModel: null, sagemakerModel: null });
      expect(await run.end('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(run.stderr()).toMatch(
        /^bedrock-gateway: AWS_BEARER_TOKEN_BEDROCK is not set\. [^\n]+\nbedrock-gateway: no region is set, [^\n]+ --region <region>\n$/,
      );
    });
  });

  test("--bedrock aws with a key of one's own registers it for the other backends; the stack stops when run.mjs is killed", async () => {
    const key = ['made', 'up', 'key'].join('-');
    const env = { ...process.env, AWS_BEARER_TOKEN_BEDROCK: key };
    await withRun(npmStart([...quickly, '--bedrock', 'aws'], env), async (run) => {
      const { baseUrl, openaiModel, sagemakerModel, ...rest } = JSON.parse(await run.firstLine());
      expect(rest.apiKey).toBeNull();
      for (const model of [openaiModel, sagemakerModel]) {
        const answer = await fetch(`${baseUrl}/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
        });
        expect(await answer.json()).toMatchObject({ object: 'chat.completion' });
      }
      expect(run.stdout() + run.stderr()).not.toContain(key);
      await run.end('SIGKILL');
      await expect(fetch(`${baseUrl}/models`)).rejects.toThrow('fetch failed');
    });
  });
});

describe('servers elsewhere', () => {
  const key = ['sk', 'this', 'machine'].join('-');
  const later = backend();
  const calls: { url: string | undefined; component: unknown; authorization: string | undefined }[] = [];
  const sageMaker = createServer(({ url, headers }, response) => {
    const component = headers['x-amzn-sagemaker-inference-component'];
    calls.push({ url, component, authorization: headers.authorization });
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }];
    const reply = JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'served', choices });
    response.writeHead(200, { 'content-type': 'application/json' }).end(reply);
  });
  let run: Run;
  let announcement: Announcement;
  let own: Awaited<ReturnType<typeof stackFile>>;

  beforeAll(async () => {
    own = await stackFile({
      'aws:region': 'us-east-1',
      'bedrock-gateway:domain': 'example.com',
      'bedrock-gateway:models': { mine: { target: 'sagemaker:my-endpoint/my-component' } },
    });
    const port = await listening(sageMaker);
    const env = { ...process.env, OPENAI_UPSTREAM_URL: 'http://127.0.0.1:9/v1', OPENAI_UPSTREAM_KEY: key };
    const elsewhere = ['--bedrock', 'http://127.0.0.1:9', '--sagemaker', `http://127.0.0.1:${port}/a/prefix/`];
    const flags = ['--port', '0', '--stack', own.stack, '--json', '--openai-base', `http://127.0.0.1:${later.port}/v1`];
    run = runLocalStack([...flags, ...elsewhere], env);
    announcement = JSON.parse(await run.firstLine());
  });
  afterAll(async () => {
    await run.end('SIGTERM');
    await own.remove();
    sageMaker.close();
    later.server.close();
  });

  function ask(model: string | null): Promise<Response> {
    return fetch(`${announcement.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${announcement.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    });
  }

  test('--json prints the same fields for an upstream elsewhere, which need not be running', async () => {
    const { apiKey, models, model, throttledModel, baseUrl } = announcement;
    expect(textOf(apiKey ?? '')).toMatch(/^BedrockAPIKey-/);
    expect(models).toEqual(expect.arrayContaining([model, throttledModel]));
    const health = await fetch(`${new URL(baseUrl).origin}/health`);
    expect(health.status).toBe(200);
    expect((await ask(model)).status).toBeGreaterThanOrEqual(500);
  });

  test('--sagemaker sends signed calls to another server', async () => {
    const answer = await ask('mine');
    expect(await answer.json()).toMatchObject({ model: 'mine', choices: [{ message: { content: 'Hello.' } }] });
    expect(calls).toEqual([
      {
        url: '/a/prefix/endpoints/my-endpoint/invocations',
        component: 'my-component',
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 .*\/sagemaker\/aws4_request/),
      },
    ]);
  });

  test('--openai-base sends calls to a server that starts later, with the key of this machine only', async () => {
    expect((await ask(announcement.openaiModel)).status).toBeGreaterThanOrEqual(500);
    later.server.listen(later.port, '127.0.0.1');
    await once(later.server, 'listening');
    const answer = await ask(announcement.openaiModel);
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'Hello.' } }] });
    expect(later.authorizations).toEqual([`Bearer ${key}`]);
    expect(run.stdout() + run.stderr()).not.toContain(key);
  });
});

test('without --json it prints a banner with a command to paste, and a line per request until SIGINT', async () => {
  await withRun(runLocalStack(onDemo), async (run) => {
    await run.until(({ stdout }) => /^Try it:[^]*'\n/m.test(stdout));
    expect(run.stdout()).toMatch(/AWS URL +http:\/\/localhost:\d+ .*boto3 1\.44 or newer needs --https/);
    expect(run.stdout()).not.toContain('CA_BUNDLE');
    const [, command = ''] = /^ {2}(curl .*)\n\n/ms.exec(run.stdout()) ?? [];
    expect(command).toMatch(/^curl http:\/\/localhost:\d+\/v1\/chat\/completions \\\n/);
    const shell = runScript('/bin/sh', ['-c', command.replace('curl', 'curl --silent --show-error --fail')]);
    expect(await shell.ended).toEqual({ code: 0, signal: null });
    expect(JSON.parse(shell.stdout())).toMatchObject({ object: 'chat.completion' });
    expect(run.stdout()).toMatch(/^ {2}Model +Answered by +Target\n {2}gpt-4o +Bedrock +us\.anthropic\./m);
    expect(run.stdout()).toMatch(/^ {2}gpt-4o-mini +OpenAI +gpt-4o-mini$/m);
    await expectCleanEnd(run, 'SIGINT');
    expect(run.stderr()).toMatch(
      /^\d\d:\d\d:\d\d {2}POST \/v1\/chat\/completions {2}200 {2}gpt-4o → bedrock:\S+ \([^)]+\) {2}\d+\+\d+ tokens {2}\d+ ms\n$/,
    );
  });
});

describe('a failed start prints one line', () => {
  test.each([
    ['an unknown option', ['--prot', '1'], 2, "Unknown option '--prot' (did you mean --port?)"],
    ['a bad value', ['--port', 'x'], 2, '--port must be a number'],
    ['an address that is not ours', ['--host', '192.0.2.1'], 1, 'is no address of this machine'],
    ['a stack that does not exist', ['--stack', 'nope'], 1, "no stack 'nope': Pulumi.nope.yaml does not exist ("],
  ])('%s', async (_name, args, code, message) => {
    const run = runLocalStack(args);
    expect(await run.ended).toEqual({ code, signal: null });
    expect(run.stdout()).toBe('');
    expect(run.stderr()).toMatch(/^bedrock-gateway: [^\n]+\n$/);
    expect(run.stderr()).toContain(message);
  });

  test('an unknown stack lists the existing ones', async () => {
    const run = runLocalStack(['--stack', 'nope']);
    await run.ended;
    expect(run.stderr()).toMatch(new RegExp(`the stacks here are: .*\\b${demo.stack}\\b`));
  });

  test('a busy port', async () => {
    const other = createServer();
    const port = await listening(other);
    try {
      const run = runLocalStack([...quickly, '--port', String(port)]);
      expect(await run.ended).toEqual({ code: 1, signal: null });
      expect(run.stderr()).toBe(
        `bedrock-gateway: port ${port} is in use: stop what uses it, or choose another with --port (0 takes a free one)\n`,
      );
    } finally {
      other.close();
    }
  });

  test("a config that the program refuses, with the program's message", async () => {
    const refused = await stackFile({ 'aws:region': 'us-east-1', 'bedrock-gateway:streaming': false });
    const run = runLocalStack(['--port', '0', '--stack', refused.stack]);
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.stderr()).toMatch(/streaming/);
    await refused.remove();
  });
});

test('run.mjs forwards the exit code of a mistake', async () => {
  expect((await npmStart(['--prot']).ended).code).toBe(2);
});
