import { readOptions } from '../../local/options.ts';

test('without flags everything has its default', () => {
  expect(readOptions([])).toEqual({
    port: 8787,
    host: '127.0.0.1',
    bedrock: { kind: 'simulator' },
    region: undefined,
    stack: 'dev',
    json: false,
  });
});

test('every flag counts', () => {
  const flags = '--port 0 --host ::1 --bedrock http://127.0.0.1:9/ --region eu-west-1 --stack prod.eu --json';
  expect(readOptions(flags.split(' '))).toEqual({
    port: 0,
    host: '::1',
    bedrock: { kind: 'url', url: 'http://127.0.0.1:9' },
    region: 'eu-west-1',
    stack: 'prod.eu',
    json: true,
  });
});

test('help goes before the rest', () => {
  expect(readOptions(['--help'])).toBe('help');
});

test.each([
  [['--prot', '1'], "Unknown option '--prot'"],
  [['run'], "Unexpected argument 'run'"],
  [['--port'], "Option '--port <value>' argument missing"],
  [['--port', 'x'], "--port must be a number from 0 to 65535, not 'x'"],
  [['--port', '65536'], '--port must be'],
  [['--bedrock', 'ftp://a'], '--bedrock must be simulator, aws or a URL'],
  [['--bedrock', 'here'], '--bedrock must be simulator, aws or a URL'],
  [['--region', 'europe'], '--region must be a region of AWS'],
  [['--stack', '../up'], '--stack must be the name of a stack'],
])('%j is refused in one line', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
  expect(() => readOptions(args)).not.toThrow('\n');
});
