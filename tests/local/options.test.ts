import { readOptions } from '../../local/command-line.mjs';

test('without flags every option has its default', () => {
  expect(readOptions([], {})).toEqual({
    port: 8787,
    host: '127.0.0.1',
    https: false,
    bedrock: { kind: 'simulator' },
    openai: { kind: 'simulator' },
    sagemaker: { kind: 'simulator' },
    region: undefined,
    stack: 'dev',
    isStackNamed: false,
    cors: false,
    json: false,
    log: 'text',
    modelsParameter: undefined,
  });
});

test('every flag is read', () => {
  const backends = '--bedrock http://127.0.0.1:9/ --openai-base http://127.0.0.1:8/v1/ --sagemaker http://127.0.0.1:7/';
  const flags = `--port 0 --https --host ::1 ${backends} --region eu-west-1 --stack prod.eu --models-parameter m.json --cors --json`;
  expect(readOptions(flags.split(' '), {})).toEqual({
    port: 0,
    host: '::1',
    https: true,
    bedrock: { kind: 'url', url: 'http://127.0.0.1:9' },
    openai: { kind: 'url', url: 'http://127.0.0.1:8/v1', key: undefined },
    sagemaker: { kind: 'url', url: 'http://127.0.0.1:7' },
    region: 'eu-west-1',
    stack: 'prod.eu',
    isStackNamed: true,
    cors: true,
    log: 'json',
    modelsParameter: 'm.json',
    json: true,
  });
});

test('environment variables fill options that flags leave open', () => {
  const base = { OPENAI_UPSTREAM_URL: 'http://127.0.0.1:8/v1' };
  const key = ['sk', 'made', 'up'].join('-');
  const openaiOf = (args: string[], env: Record<string, string>) => {
    const options = readOptions(args, env);
    return options === 'help' ? options : options.openai;
  };
  expect(openaiOf([], base)).toEqual({ kind: 'url', url: base.OPENAI_UPSTREAM_URL, key: undefined });
  expect(openaiOf([], { ...base, OPENAI_UPSTREAM_KEY: key })).toEqual({
    kind: 'url',
    url: base.OPENAI_UPSTREAM_URL,
    key,
  });
  expect(openaiOf(['--openai-base', 'http://127.0.0.1:7'], base)).toMatchObject({ url: 'http://127.0.0.1:7' });
  // A key of somebody's money has no business in a simulator.
  expect(openaiOf([], { OPENAI_UPSTREAM_KEY: key, OPENAI_UPSTREAM_URL: '' })).toEqual({ kind: 'simulator' });
  expect(() => readOptions([], { OPENAI_UPSTREAM_URL: 'here' })).toThrow('OPENAI_UPSTREAM_URL must be a URL');
  // What clients of this gateway have in the same shell is not what the gateway calls.
  expect(
    openaiOf([], { OPENAI_BASE_URL: 'http://localhost:8787/v1', OPENAI_API_BASE: base.OPENAI_UPSTREAM_URL }),
  ).toEqual({
    kind: 'simulator',
  });
  expect(openaiOf([], { ...base, OPENAI_API_KEY: key })).toMatchObject({ key: undefined });
  const aws = readOptions(['--bedrock', 'aws'], { AWS_BEARER_TOKEN_BEDROCK: key });
  expect(aws).toMatchObject({ bedrock: { kind: 'aws', key, region: undefined } });
  const region = { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' };
  expect(readOptions(['--bedrock', 'aws'], region)).toMatchObject({ bedrock: { kind: 'aws', region: 'eu-west-1' } });
  expect(() => readOptions(['--bedrock', 'aws'], { AWS_REGION: 'x' })).toThrow(
    "AWS_REGION must be a region of AWS, not 'x'",
  );
});

test('--help wins over other flags', () => {
  expect(readOptions(['--help'], {})).toBe('help');
});

test.each([
  [['--prot', '1'], "Unknown option '--prot' (did you mean --port?)"],
  [['--openai-url', 'http://127.0.0.1:9'], 'did you mean --openai-base?'],
  [['--model'], 'did you mean --models-parameter?'],
  [['--xyzzy'], "Unknown option '--xyzzy' (see npm start -- --help)"],
  [['--', 'stack'], "Unexpected argument 'stack'"],
  [['8080'], "Unexpected argument '8080' (options come after --, as in: npm start -- --port 8080)"],
  [['--log', 'xml'], "--log must be text or json, not 'xml'"],
  [['--port'], "Option '--port <value>' argument missing"],
  [['--port', 'x'], "--port must be a number from 0 to 65535, not 'x'"],
  [['--port', '65536'], '--port must be'],
  [['--bedrock', 'ftp://a'], '--bedrock must be simulator, aws or a URL'],
  [['--bedrock', 'here'], '--bedrock must be simulator, aws or a URL'],
  [['--openai-base', 'here'], '--openai-base must be a URL'],
  [['--sagemaker', 'here'], '--sagemaker must be simulator or a URL'],
  [['--sagemaker', ''], '--sagemaker must be simulator or a URL'],
  [['--openai-base', ''], '--openai-base must be a URL'],
  [['--region', 'europe'], '--region must be a region of AWS'],
  [['--stack', '../up'], '--stack must be the name of a stack'],
])('%j is refused with a one-line message', (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
  expect(() => readOptions(args, {})).not.toThrow('\n');
});

describe('an upstream that is the gateway itself', () => {
  test.each([
    ['--openai-base http://localhost:8787/v1', {}],
    ['--openai-base http://127.0.0.1:8787', {}],
    ['--openai-base http://[::1]:8787/v1', {}],
    ['--port 9000 --bedrock http://0.0.0.0:9000', {}],
    ['--port 80 --sagemaker http://localhost', {}],
    ['--host gateway.internal --bedrock http://gateway.internal:8787', {}],
    ['', { OPENAI_UPSTREAM_URL: 'http://localhost:8787/v1' }],
  ])('%s %j', (args, env) => {
    expect(() => readOptions(args.split(' ').filter(Boolean), env)).toThrow('where this gateway itself listens');
  });

  test('another port or host is accepted', () => {
    const args = '--openai-base http://localhost:8788/v1 --bedrock http://bedrock.example.com:8787'.split(' ');
    expect(readOptions(args, {})).toMatchObject({ openai: { url: 'http://localhost:8788/v1' } });
  });
});
