import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type * as pulumi from '@pulumi/pulumi';
import { ComponentProvider } from '@pulumi/pulumi/provider/experimental/provider.js';

import { buildPackage } from '../../component/build-package.ts';
import { evaluate } from '../infra/evaluate.ts';
import type { Evaluation } from '../infra/evaluate.ts';
import { root } from '../support/gateway.ts';
import { exampleOf } from './example.ts';
import { boundSchema, goldenSchema } from './schema.ts';

/** A program that has installed the package. */
let program: string;
let installed: string;

beforeAll(async () => {
  program = await mkdtemp(path.join(os.tmpdir(), 'component-'));
  installed = path.join(program, 'node_modules/bedrock-gateway');
  await mkdir(path.join(program, 'node_modules'));
  await symlink(path.join(root, 'node_modules/@pulumi'), path.join(program, 'node_modules/@pulumi'));
  await buildPackage(root, installed);
  await writeFile(path.join(program, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(program, 'index.ts'), exampleOf('index.ts'));
}, 180_000);
afterAll(() => rm(program, { recursive: true }));

const read = (file: string): Promise<string> => readFile(path.join(installed, file), 'utf8');

test("the package needs Pulumi's packages and Node, and has everything else", async () => {
  const { peerDependencies, dependencies } = JSON.parse(await read('package.json'));
  const scripts = await Promise.all(['index.js', 'provider.js'].map(read));
  const required = scripts.flatMap((text) =>
    Array.from(text.matchAll(/\brequire\("([^"]+)"\)/g), ([, name = '']) => name),
  );
  const packages = required
    .filter((name) => !name.startsWith('.') && !builtinModules.includes(name.replace('node:', '')))
    .map((name) => name.split('/').slice(0, 2).join('/'));
  expect(new Set(packages)).toEqual(new Set(Object.keys(peerDependencies)));
  expect(dependencies).toBeUndefined();
});

test('the declarations import Pulumi and each other alone', async () => {
  const texts = await Promise.all(['index.d.ts', 'args.d.ts'].map(read));
  const imported = texts.flatMap((text) => Array.from(text.matchAll(/from '([^']+)'/g), ([, name]) => name));
  expect(new Set(imported)).toEqual(new Set(['@pulumi/pulumi', './args']));
});

test('the code of the functions is in the package, and no catalog', async () => {
  const files = await readdir(path.join(installed, 'function'));
  expect(files).toContain('index.mjs');
  expect(files).not.toContain('catalog.json');
});

test('the schema is the golden one', async () => {
  // Only the name of the class counts.
  const component = { name: 'BedrockGateway' } as never;
  const options = {
    name: 'bedrock-gateway',
    dirname: path.join(installed, 'schema'),
    components: [component],
  };
  const schema: unknown = JSON.parse(await new ComponentProvider(options).getSchema());
  expect(boundSchema(schema)).toEqual(await goldenSchema());
}, 180_000);

test('the example compiles', async () => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'es2022',
    module: 'nodenext',
    types: [],
  };
  await writeFile(path.join(program, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] }));
  const compiler = path.join(root, 'node_modules/@typescript/native/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, '--project', program]);
  expect(stdout).toBe('');
});

describe('the example', () => {
  let stack: Evaluation;
  beforeAll(async () => {
    stack = await evaluate(() => import(path.join(program, 'index.ts')), { 'aws:region': 'us-east-1' });
  });

  test('declares a gateway within the component', () => {
    const urns = stack.resources.map(({ urn }) => urn.replace('urn:pulumi:test::bedrock-gateway::', ''));
    expect(urns).toEqual(
      expect.arrayContaining([
        'pulumi:pulumi:Stack$bedrock-gateway:index:BedrockGateway::llm',
        'bedrock-gateway:index:BedrockGateway$bedrock-gateway:infra:BedrockGateway::llm',
        'bedrock-gateway:infra:GatewayFunction$aws:lambda/function:Function::llm-streaming',
      ]),
    );
  });

  test('has the outputs of the program', () => {
    expect(stack.outputs).toMatchObject({ baseUrl: 'https://openai.example.com/v1' });
  });

  test('names resources after project, stack and gateway', () => {
    const named = stack.resources.find(
      ({ type, name }) => type === 'aws:lambda/function:Function' && name === 'llm-streaming',
    );
    expect(named?.inputs['name']).toMatch(/^bedrock-gateway-test-llm-streaming-[0-9a-f]{8}$/);
  });

  test('deploys the code of the package with a catalog of its own', async () => {
    const lambda = stack.resources.find(
      ({ type, name }) => type === 'aws:lambda/function:Function' && name === 'llm-streaming',
    );
    const archive = lambda?.inputs['code'] as pulumi.asset.AssetArchive;
    const assets = await archive.assets;
    const { text } = assets['catalog.json'] as pulumi.asset.StringAsset;
    expect(Object.keys(JSON.parse(await text).models)).toEqual(['gpt-4o', 'text-embedding-3-small']);
    const { path: file } = assets['index.mjs'] as pulumi.asset.FileAsset;
    expect(path.resolve(await file)).toBe(path.join(installed, 'function/index.mjs'));
  });
});
