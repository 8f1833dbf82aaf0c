import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { startEngine } from './engine.ts';
import type { Engine } from './engine.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Previews the program as Pulumi's language host for Node does: by its own runner, in a process of its own. */
function run(engine: Engine, config: Record<string, string>): Promise<string> {
  const runner = path.join(ROOT, 'node_modules/@pulumi/pulumi/cmd/run');
  const flags = [
    '--monitor',
    engine.address,
    '--engine',
    engine.address,
    '--project',
    'bedrock-gateway',
    '--stack',
    'test',
    '--dry-run',
    'true',
  ];
  const env = { ...process.env, PULUMI_CONFIG: JSON.stringify(config), PULUMI_NODEJS_TYPESCRIPT: 'false' };
  return new Promise((resolve) => {
    execFile(process.execPath, [runner, ...flags, '--pwd', ROOT, 'index.ts'], { cwd: ROOT, env }, (_error, out, err) =>
      resolve(out + err),
    );
  });
}

describe('the program under the runner of Pulumi', () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await startEngine();
  });
  afterEach(() => engine.close());

  test('runs as it is, TypeScript and all, and brings its code along', async () => {
    const said = await run(engine, { 'aws:region': 'us-east-1', 'bedrock-gateway:domain': 'example.com' });
    expect([said, engine.errors]).toEqual(['', []]);
    const { code } = engine.inputs.get('aws:lambda/function:Function::bedrock-gateway-streaming') as {
      code: { path: string };
    };
    // A path below the program, which is the same in every clone, and no text.
    expect(code.path).toMatch(/^dist\/[0-9a-f]{16}$/);
    expect(await readdir(path.join(ROOT, code.path))).toEqual(expect.arrayContaining(['index.mjs', 'catalog.json']));
    expect(engine.outputs()).toMatchObject({ baseUrl: 'https://openai.example.com/v1' });
  }, 60_000);

  test('declares a role that pays, whose name the functions do not know before it is made', async () => {
    const said = await run(engine, {
      'aws:region': 'us-east-1',
      'bedrock-gateway:models': JSON.stringify({ tiny: { target: 'sagemaker:tiny' } }),
      'bedrock-gateway:callers': JSON.stringify([{ id: 'support-app', sha256: '0123456789abcdef'.repeat(4) }]),
    });
    expect([said, engine.errors]).toEqual(['', []]);
    expect(engine.inputs.get('aws:iam/role:Role::bedrock-gateway-spending-role')).toBeDefined();
    expect(engine.inputs.get('aws:lambda/function:Function::bedrock-gateway-streaming')).toBeDefined();
    expect(engine.outputs()).toHaveProperty('spendingRoleArn');
  }, 60_000);

  test('stops before any resource when the config is wrong, and says what to do', async () => {
    await run(engine, { 'aws:region': 'us-east-1', 'bedrock-gateway:memory': '1' });
    expect(engine.errors.join('\n')).toMatch('bedrock-gateway:memory must be a whole number from 128 to 10240');
    expect(engine.types.filter((type) => type !== 'pulumi:pulumi:Stack')).toEqual([]);
  }, 60_000);
});
