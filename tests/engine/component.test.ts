import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { stringify } from 'yaml';

import { buildPackage } from '../../component/build-package.ts';
import { exampleOf } from '../component/example.ts';
import { goldenSchema } from '../component/schema.ts';
import { zone } from './support/found.ts';
import { modulesFolder, projectFolder } from './support/installation.ts';
import { Sandbox, diagnostics, expectSuccess } from './support/sandbox.ts';

const project = 'shop';
const region = { 'aws:region': 'us-east-1' };
const up = ['up', '--yes', '--skip-preview', '--stack', 'dev'];

let sandbox: Sandbox;
/** The package, where npm would install it, and the program that has installed it. */
let installed: string;
let program: string;

beforeAll(async () => {
  sandbox = new Sandbox();
  zone(sandbox, 'example.com');
  program = sandbox.folder('shop', {
    'Pulumi.yaml': stringify({
      name: project,
      runtime: { name: 'nodejs', options: { typescript: false } },
      main: 'index.ts',
    }),
    'package.json': JSON.stringify({ name: project, type: 'module' }),
    'index.ts': exampleOf('index.ts'),
  });
  installed = path.join(program, 'node_modules/bedrock-gateway');
  mkdirSync(path.join(program, 'node_modules'));
  symlinkSync(path.join(modulesFolder, '@pulumi'), path.join(program, 'node_modules/@pulumi'));
  await buildPackage(projectFolder, path.join(projectFolder, 'dist/package'));
  cpSync(path.join(projectFolder, 'dist/package'), installed, { recursive: true });
});
afterAll(() => sandbox.dispose());

test('the schema that Pulumi reads from the plugin is the golden one', async () => {
  const output = expectSuccess(await sandbox.pulumi(['package', 'get-schema', installed], { folder: program }));
  expect(JSON.parse(output)).toEqual(await goldenSchema());
});

/** Initializes a stack of the program. */
async function init(stack: string): Promise<void> {
  sandbox.configure(stack, region, program);
  expectSuccess(await sandbox.pulumi(['stack', 'init', stack], { folder: program }));
}

test('a program that imports the component is deployed, and does not change if nothing has changed', async () => {
  await init('dev');
  const output = expectSuccess(await sandbox.pulumi(up, { folder: program }));
  expect(diagnostics(output)).toEqual([]);
  expect(output).toMatch(/baseUrl *: "https:\/\/openai\.example\.com\/v1"/);
  expectSuccess(await sandbox.pulumi([...up, '--expect-no-changes'], { folder: program }));
  const state = sandbox.stateText('dev', project);
  // Paths are those below the program: the state is the same in every clone.
  expect(state).toContain('"node_modules/bedrock-gateway/function/index.mjs"');
  expect(state).not.toContain(program);
});

/** A program that declares the component by its type, as the SDKs do that Pulumi generates for other languages. */
const remoteProgram = `
const pulumi = require('@pulumi/pulumi');
// As in index.ts: Node 22 needs a minute to print where Pulumi's own sources would be.
delete Error.prepareStackTrace;
const args = { gatewayKeys: true, models: { 'gpt-4o': { target: 'bedrock:us.amazon.nova-pro-v1:0' } } };
const outputs = { baseUrl: undefined, adminKey: undefined };
const type = 'bedrock-gateway:index:BedrockGateway';
const gateway = new pulumi.ComponentResource(type, 'llm', { ...args, ...outputs, ...new pulumi.Config().getObject('more') }, {}, true);
exports.baseUrl = gateway.baseUrl;
exports.adminKey = gateway.adminKey;
`;

describe('a program that asks the plugin for the component', () => {
  let remote: string;
  const remoteUp = ['up', '--yes', '--skip-preview', '--stack', 'remote'];
  beforeAll(async () => {
    const plugins = { providers: [{ name: 'bedrock-gateway', path: '../shop/node_modules/bedrock-gateway' }] };
    remote = sandbox.folder('remote', {
      'Pulumi.yaml': stringify({ name: project, runtime: 'nodejs', main: 'index.cjs', plugins }),
      'package.json': JSON.stringify({ name: project }),
      'index.cjs': remoteProgram,
    });
    symlinkSync(path.join(program, 'node_modules'), path.join(remote, 'node_modules'));
    sandbox.configure('remote', region, remote);
    expectSuccess(await sandbox.pulumi(['stack', 'init', 'remote'], { folder: remote }));
  });

  test('is deployed, and does not change if nothing has changed', async () => {
    const output = expectSuccess(await sandbox.pulumi(remoteUp, { folder: remote }));
    expect(diagnostics(output)).toEqual([]);
    expect(output).toMatch(/baseUrl *: "https:\/\/\w+\.execute-api\.us-east-1\.amazonaws\.com\/v1"/);
    // A secret stays one on its way through the plugin.
    expect(output).toMatch(/adminKey *: \[secret\]/);
    expectSuccess(await sandbox.pulumi([...remoteUp, '--expect-no-changes'], { folder: remote }));
  });

  test('is told what is wrong with its arguments, before anything changes', async () => {
    sandbox.configure('remote', { ...region, 'shop:more': { memory: 1 } }, remote);
    const before = sandbox.account.operations().length;
    const { code, output } = await sandbox.pulumi(remoteUp, { folder: remote });
    expect(code).not.toBe(0);
    expect(output).toContain('memory must be a whole number from 128 to 10240, not "1". Set memory to 1024');
    expect(sandbox.account.operations().slice(before)).toEqual([]);
  });
});
