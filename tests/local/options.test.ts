import { readOptions } from '../../local/options.ts';

test('without flags everything has its default', () => {
  expect(readOptions([], {})).toEqual({
    port: 8787,
    host: '127.0.0.1',
    bedrock: { kind: 'simulator' },
    openai: { kind: 'simulator' },
    sagemaker: { kind: 'simulator' },
    region: undefined,
    stack: 'dev',
    json: false,
    modelsParameter: undefined,
  });
});

test('every flag counts', () => {
  const backends = '--bedrock http://127.0.0.1:9/ --openai-base http://127.0.0.1:8/v1/ --sagemaker http://127.0.0.1:7/';
  const flags = `--port 0 --host ::1 ${backends} --region eu-west-1 --stack prod.eu --models-parameter m.json --json`;
  expect(readOptions(flags.split(' '), {})).toEqual({
    port: 0,
    host: '::1',
    bedrock: { kind: 'url', url: 'http://127.0.0.1:9' },
    openai: { kind: 'url', url: 'http://127.0.0.1:8/v1', key: undefined },
    sagemaker: { kind: 'url', url: 'http://127.0.0.1:7' },
    region: 'eu-west-1',
    stack: 'prod.eu',
    modelsParameter: 'm.json',
    json: true,
  });
});

test("this machine's variables fill what the flags leave open", () => {
  const base = { OPENAI_API_BASE: 'http://127.0.0.1:8/v1' };
  const key = ['sk', 'made', 'up'].join('-');
  const openaiOf = (args: string[], env: Record<string, string>) => {
    const options = readOptions(args, env);
    return options === 'help' ? options : options.openai;
  };
  expect(openaiOf([], base)).toEqual({ kind: 'url', url: base.OPENAI_API_BASE, key: undefined });
  expect(openaiOf([], { ...base, OPENAI_API_KEY: key })).toEqual({ kind: 'url', url: base.OPENAI_API_BASE, key });
  expect(openaiOf(['--openai-base', 'http://127.0.0.1:7'], base)).toMatchObject({ url: 'http://127.0.0.1:7' });
  // A key of somebody's money has no business in a simulator.
  expect(openaiOf([], { OPENAI_API_KEY: key, OPENAI_API_BASE: '' })).toEqual({ kind: 'simulator' });
  expect(() => readOptions([], { OPENAI_API_BASE: 'here' })).toThrow('OPENAI_API_BASE must be a URL');
  const aws = readOptions(['--bedrock', 'aws'], { AWS_BEARER_TOKEN_BEDROCK: key });
  expect(aws).toMatchObject({ bedrock: { kind: 'aws', key } });
});

test('help goes before the rest', () => {
  expect(readOptions(['--help'], {})).toBe('help');
});

test.each([
  [['--prot', '1'], "Unknown option '--prot'"],
  [['run'], "Unexpected argument 'run'"],
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
])('%j is refused in one line', (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
  expect(() => readOptions(args, {})).not.toThrow('\n');
});
