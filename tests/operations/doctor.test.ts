import { startGateway, type Gateway } from '../support/gateway.ts';
import { runDoctor } from './support.ts';

// The local stack is started first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** How many pieces are read by themselves differs from run to run. */
function withoutTimes(out: string): string {
  return out.replaceAll(/at \d+ moments, over \d+ % of the time/g, 'at … moments, over … of the time');
}

/** A stopwatch on which 10 ms pass from one look to the next, however busy the machine is. */
function ticking(): () => number {
  let ms = 0;
  return () => (ms += 10);
}

describe('the local stack', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  test('is healthy', async () => {
    const { out, code } = await runDoctor(['--url', gateway.baseUrl, '--model', 'gpt-4o,text-embedding-3-small'], {
      env: { BEDROCK_GATEWAY_API_KEY: gateway.apiKey },
      stopwatch: ticking(),
    });
    expect(withoutTimes(out)).toBe(`\
ok      dns             localhost has the address 192.0.2.1
skipped certificate     the base URL is plain http
ok      HTTP API        /health answers
ok      clock           this machine and the gateway agree to within 2 s
ok      REST API        /chat/completions refuses a call without a key
ok      key             the key from BEDROCK_GATEWAY_API_KEY is accepted
ok      models          51 for this key, with gpt-4o, text-embedding-3-small
skipped calls           no model was called for proof, which is billed: --call-models
ok      streaming       gpt-4o: 16 events at … moments, over … of the time
skipped Lambda quota    only --stack names an account and a region
skipped API rate quota  only --stack names an account and a region
skipped domains quota   only --stack names an account and a region
skipped subscriptions   only --stack names an account and a region
7 ok, 0 failed, 6 skipped
`);
    expect(code).toBe(0);
  });

  test('--call-models calls the models that are named, and tells which of them do not answer', async () => {
    const models = 'gpt-4o,text-embedding-3-small,gpt-3.5-turbo-instruct,throttled,nobody';
    const { out, code } = await runDoctor(
      ['--url', gateway.baseUrl, '--model', models, '--call-models', '--key-file', '-'],
      { input: `${gateway.apiKey}\n`, stopwatch: ticking() },
    );
    expect(withoutTimes(out).split('\n').slice(5, 17).join('\n')).toBe(`\
ok      key             the key from standard input is accepted
failed  models          the list of this key lacks nobody
        fix: The key may not use the targets of these names. A Bedrock key pays for Bedrock models only, so openai: and sagemaker: targets need a registered caller or a key of the stack; its project or its models list may leave them out. If the config is newer than the stack: npx pulumi up
ok      model gpt-4o    answers chats
ok      model text-embedding-3-small answers embeddings
ok      model gpt-3.5-turbo-instruct answers completions
failed  model throttled 429: Too many requests, please wait before trying again.
        fix: Its quota is used up, or is zero in a new account: Service Quotas, Amazon Bedrock.
failed  model nobody    404: The model \`nobody\` does not exist or you do not have access to it. Names are mapped to models in the config of the stack, under bedrock-gateway:models; GET /v1/models lists those that you can use.
        fix: Bedrock does not have it in this region, or it is not mapped: docs/deploying.md#models
ok      streaming       gpt-4o: 16 events at … moments, over … of the time
skipped Lambda quota    only --stack names an account and a region`);
    expect(code).toBe(1);
  });

  test('a key of somebody else is refused, and never printed', async () => {
    const { out, code } = await runDoctor(['--url', gateway.baseUrl, '--json'], {
      env: { BEDROCK_GATEWAY_API_KEY: 'sk-somebody-elses' },
    });
    expect(code).toBe(1);
    expect(out).not.toContain('sk-somebody-elses');
    const { baseUrl, ok, checks } = JSON.parse(out);
    expect({ baseUrl, ok }).toEqual({ baseUrl: gateway.baseUrl, ok: false });
    expect(checks.slice(5, 8)).toEqual([
      {
        name: 'key',
        status: 'failed',
        detail: expect.stringMatching(
          /^the key from BEDROCK_GATEWAY_API_KEY is refused \(401: Incorrect API key provided\./,
        ),
        fix: 'It may have expired, been deleted, or belong to another stack or account. Short-term Bedrock keys last at most 12 hours: docs/bedrock-keys.md',
      },
      { name: 'models', status: 'skipped', detail: 'the key was refused' },
      { name: 'streaming', status: 'skipped', detail: 'the key was refused' },
    ]);
  });
});

describe('a stack without a domain, and one without streaming', () => {
  test('have one API, which takes every path', async () => {
    const gateway = await startGateway({ config: {} });
    try {
      const { out, code } = await runDoctor(['--url', gateway.baseUrl, '--key-file', '-'], {
        input: gateway.apiKey,
        stopwatch: ticking(),
      });
      expect(withoutTimes(out).split('\n').slice(2, 5).join('\n')).toBe(`\
skipped HTTP API        a stack without a domain has none: its REST API takes every path
ok      clock           this machine and the gateway agree to within 2 s
ok      REST API        /chat/completions refuses a call without a key`);
      expect(code).toBe(0);
    } finally {
      await gateway.close();
    }
  });

  test('have no streams that could be held back', async () => {
    const gateway = await startGateway({
      config: { 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:streaming': false },
    });
    try {
      const { out, code } = await runDoctor(['--url', gateway.baseUrl, '--key-file', '-'], {
        input: gateway.apiKey,
        stopwatch: ticking(),
      });
      expect(out).toContain('skipped REST API        streaming: false leaves it out\n');
      expect(out).toContain('skipped streaming       streaming: false makes streams arrive whole\n');
      expect(code).toBe(0);
    } finally {
      await gateway.close();
    }
  });
});

describe('the command line', () => {
  test('--help needs nothing', async () => {
    const { code, out } = await runDoctor(['--help']);
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith('  --'))).toEqual([
      '  --stack <name>      a stack of this folder, whose outputs Pulumi reads',
      '  --url <url>         a base URL, such as https://openai.example.com/v1',
      '  --key-file <file>   read the API key from this file; - is standard input.',
      '  --model <names>     names that the list of models must have, separated by commas;',
      '  --call-models       call every model of the list, or those of --model, for one',
      '  --insecure-http     allow plain http to another machine',
      '  --json              print one JSON document',
      '  --help              print this text',
    ]);
  });

  test.each([
    [[], 'Error: name either a stack (--stack <name>) or a base URL (--url <url>)\n'],
    [
      ['--stack', 'a', '--url', 'https://a'],
      'Error: name either a stack (--stack <name>) or a base URL (--url <url>)\n',
    ],
    [['--stak', 'a'], 'Error: unknown flag --stak\nDid you mean --stack?\n'],
    [['--stack'], 'Error: --stack needs a value\n'],
    [['--json=1'], 'Error: --json takes no value\n'],
    [['prod'], "Error: unexpected argument 'prod'\nFlags come after --, as in: -- --stack prod\n"],
    [['--stack', 'a;b'], "Error: --stack must be the name of a stack, not 'a;b'\n"],
    [
      ['--url', 'http://example.com/v1'],
      'Error: the base URL (--url) is plain http to example.com: others on the network could read the key\nUse https, or pass --insecure-http if you trust the network.\n',
    ],
    [
      ['--url', 'https://example.com', '--key-file', '-'],
      'Error: standard input has no key\nA key is a single word of ASCII characters.\n',
    ],
    [
      ['--url', 'https://example.com', '--key-file', '/nonexistent/key'],
      'Error: the key file /nonexistent/key cannot be read (ENOENT)\n',
    ],
  ])('%j is not understood', async (args, err) => {
    expect(await runDoctor(args)).toEqual({ code: 2, out: '', err });
  });
});
