import path from 'node:path';
import process from 'node:process';
import { root, runScript } from '../support/gateway.ts';

/** Runs a script of the clone, and returns the lines of its output. */
async function run(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { OPENAPI_DOCUMENT: _document, AWS_MODELS: _models, BEDROCK_GATEWAY_NO_SKIPS: _noSkips, ...rest } = process.env;
  const started = runScript(process.execPath, [path.join(root, script), ...args], { ...rest, ...env });
  const { code } = await started.ended;
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  return { code, out: lines(started.stdout()), err: lines(started.stderr()) };
}

test.each([
  ['bench/main.ts', ['--fast'], /^bedrock-gateway: Unknown option '--fast' \(the flags are --quick, --only, /],
  ['bench/main.ts', ['--only', 'speed'], /^bedrock-gateway: there is no group 'speed' \(the groups are throughput, /],
  ['bench/main.ts', ['--minutes', 'ten'], /^bedrock-gateway: --minutes takes a number, not 'ten'/],
  ['bench/main.ts', ['now'], /^bedrock-gateway: Unexpected argument 'now' /],
  ['schemas/extract.ts', ['--fast'], /^bedrock-gateway: Unknown option '--fast' \(the flags are --openapi, /],
  [
    'schemas/extract.ts',
    ['--openapi', '/absent'],
    /^bedrock-gateway: \/absent cannot be read \(ENOENT\)\. Name a copy /,
  ],
  ['schemas/extract.ts', ['--openapi', 'README.md'], /^bedrock-gateway: README\.md is not JSON\. Name a copy /],
  [
    'schemas/extract.ts',
    ['--openapi', 'http://localhost:1/'],
    /^bedrock-gateway: http:\/\/localhost:1\/ cannot be fetched /,
  ],
])('%s %j is reported in one line', async (script, args, line) => {
  const copies = ['bedrock-runtime', 'bedrock', 'sagemaker-runtime'].flatMap((name) => [`--${name}`, 'package.json']);
  const { code, out, err } = await run(script, args[0] === '--openapi' ? [...copies, ...args] : args);
  expect({ code, out, err }).toEqual({ code: 1, out: [], err: [expect.stringMatching(line)] });
});

test('the help of the benchmarks lists their flags and groups', async () => {
  const { code, out, err } = await run('bench/main.ts', ['--help']);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  const text = out.join('\n');
  for (const word of [
    '--quick',
    '--only',
    '--soak',
    '--no-peers',
    '--minutes',
    '--trace',
    '--out',
    '--help',
    'cold-start',
    'event-path',
  ]) {
    expect(text).toContain(word);
  }
});

describe('npm test', () => {
  test.each(['tests/nothing', 'bench/figures'])('prints one line if there is no test in %s', async (folder) => {
    const { code, out } = await run('scripts/test.mjs', [folder]);
    expect(code).toBe(1);
    expect(out.slice(-2)).toEqual([`FAIL there is no test in ${folder}`, '0 passed, 1 failed, 0 skipped']);
  });

  test('passes under CI without the documents, and lists the skipped tests', async () => {
    const { code, out } = await run('scripts/test.mjs', ['tests/endpoints/unserved.test.ts'], { CI: 'true' });
    expect(out.at(-2)).toBe("SKIP OPENAPI_DOCUMENT (OpenAI's OpenAPI document) is not set");
    expect(out.at(-1)).toMatch(/^\d+ passed, 0 failed, 1 skipped$/);
    expect(code).toBe(0);
  });

  test('fails if a test is skipped although none may be', async () => {
    const env = { BEDROCK_GATEWAY_NO_SKIPS: '1' };
    const { code, out } = await run('scripts/test.mjs', ['tests/endpoints/unserved.test.ts'], env);
    expect(out.at(-1)).toMatch(/^\d+ passed, 1 failed, 0 skipped$/);
    expect(code).toBe(1);
  });
});
