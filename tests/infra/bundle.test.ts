import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import * as pulumi from '@pulumi/pulumi';

import type { Catalog } from '../../function/catalog/catalog.ts';
import { bundle } from '../../infra/bundle.ts';
import { codeArchive } from '../../infra/code-archive.ts';
import { codeFolder, writeFiles } from '../../infra/code-folder.ts';

const run = promisify(execFile);
const project = path.join(import.meta.dirname, '../..');
const catalog: Catalog = {
  models: { m: { target: 'bedrock:amazon.nova-lite-v1:0' } },
  allowUnmappedBedrockModels: false,
  callers: [],
  callersMaySet: [],
  chatTemplates: {},
};

/** A heading of docs/troubleshooting.md. */
const docs = '# Troubleshooting';

let files: Readonly<Record<string, string>>;

beforeAll(async () => {
  files = await bundle(project, catalog);
}, 60_000);

test('the same sources make the same files', async () => {
  // Else the files of the last build would be compared with themselves.
  await rm(path.join(project, 'node_modules/.cache/bundle'), { recursive: true, force: true });
  expect(await bundle(project, catalog)).toEqual(files);
});

test('the files are Node modules without paths of this machine', () => {
  expect(JSON.parse(files['catalog.json'] ?? '')).toEqual(catalog);
  expect(files).toHaveProperty(['index.mjs']);
  for (const [name, text] of Object.entries(files)) {
    expect(name).toMatch(/^(index\.mjs|catalog\.json|chunk-[A-Z0-9]+\.mjs)$/);
    expect(text).not.toContain(project);
    expect(text).not.toContain('node_modules');
    expect(text).not.toContain('Dynamic require'); // what esbuild leaves of a CommonJS `require` of Node's own modules
  }
});

test('a start loads two files, without clients of AWS, the verification of tokens, the engine of chat templates, vocabularies, MCP and docs', () => {
  const started = new Set<string>();
  const start = (name: string): void => {
    if (started.has(name)) return;
    started.add(name);
    for (const [, next = ''] of (files[name] ?? '').matchAll(/(?:from|import)"\.\/([^"]+)"/g)) start(next);
  };
  start('index.mjs');
  const text = [...started].map((name) => files[name]).join('');
  expect(started.size).toBe(2);
  // What it was before gateways had keys, limits and reports of usage, and a kB and a half for the Responses API and Anthropic's Messages: stacks without them are not to start later.
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(278_800);
  const rest = Object.entries(files).flatMap(([name, each]) => (started.has(name) ? [] : [each]));
  const marks = [
    'AWSSecurityTokenServiceV20110615',
    'com.amazonaws.secretsmanager',
    'AmazonSSM',
    'identity_provider_unavailable',
    'key_store_unavailable',
    'DynamoDB_20120810',
    'add_generation_prompt',
    '<|endofprompt|>',
    ' merciless',
    'io.modelcontextprotocol/',
    'response.reasoning_summary_part.added',
    'overloaded_error',
    docs,
  ];
  for (const mark of marks) {
    expect([mark, text.includes(mark), rest.join('').includes(mark)]).toEqual([mark, false, true]);
  }
});

test('the pages of docs/ are not loaded with the MCP server', () => {
  const server = Object.values(files).filter((text) => text.includes('io.modelcontextprotocol/'));
  expect(server.map((text) => text.includes(docs))).toEqual([false]);
});

test('no file imports the entry, which has top-level await', () => {
  expect(Object.values(files).filter((text) => text.includes('./index.mjs'))).toEqual([]);
});

describe('the code archive', () => {
  const archive = (over: Partial<Catalog> = {}): Promise<string> =>
    codeFolder(project, { ...files, 'catalog.json': JSON.stringify({ ...catalog, ...over }) });

  test('is a folder with the files of the bundle', async () => {
    const made = await codeArchive(project, catalog);
    if (!(made instanceof pulumi.asset.FileArchive)) throw new Error('it is no archive of a folder');
    expect(await made.path).toMatch(/^dist\/[0-9a-f]{16}$/);
    expect(await made.path).toBe(await archive());
  });

  test('is a folder whose name depends on its content', async () => {
    const [one, same, other] = await Promise.all([archive(), archive(), archive({ allowUnmappedBedrockModels: true })]);
    expect(one).toBe(same);
    expect(other).not.toBe(one);
    const text = await readFile(path.join(project, one, 'catalog.json'), 'utf8');
    expect(JSON.parse(text)).toEqual(catalog);
    expect(
      (await readdir(path.join(project, 'dist'))).filter((name) => name.includes(`${one.slice(5)}.draft`)),
    ).toEqual([]);
  });

  test('is created again if its folder was changed', async () => {
    // Different from the content in all other tests.
    const own = { models: { [`spoiled-${process.pid}`]: { target: 'bedrock:amazon.nova-lite-v1:0' } } };
    const folder = path.join(project, await archive(own));
    const whole = (await readdir(folder)).toSorted();
    const spoils = [
      () => rm(path.join(folder, 'index.mjs')),
      () => writeFile(path.join(folder, 'other.mjs'), 'export {};'),
      () => writeFile(path.join(folder, 'catalog.json'), '{}'),
    ];
    for (const spoil of spoils) {
      await spoil();
      expect(path.join(project, await archive(own))).toBe(folder);
      expect((await readdir(folder)).toSorted()).toEqual(whole);
      expect(JSON.parse(await readFile(path.join(folder, 'catalog.json'), 'utf8'))).toMatchObject(own);
    }
  });

  test('removes folders that no run has used for a day, and nothing else', async () => {
    const dist = path.join(project, 'dist');
    const [old, mine] = [path.join(dist, '0123456789abcdef'), path.join(dist, 'not-ours')];
    await Promise.all([mkdir(old, { recursive: true }), mkdir(mine, { recursive: true })]);
    const before = new Date(Date.now() - 48 * 60 * 60 * 1_000);
    await Promise.all([utimes(old, before, before), utimes(mine, before, before)]);
    try {
      await archive();
      expect(await readdir(dist)).not.toContain('0123456789abcdef');
      expect(await readdir(dist)).toContain('not-ours');
    } finally {
      await rm(mine, { recursive: true });
    }
  });
});

describe('a code archive that cannot be built ends the program with one line', () => {
  const failure = async (root: string): Promise<string> => {
    const error: unknown = await codeArchive(root, catalog).catch((thrown: unknown) => thrown);
    if (!(error instanceof pulumi.RunError)) throw new Error('Pulumi would show a stack');
    expect(error.message).toMatch(/^The code of the functions could not be built: .+ npm ci\. [^\n]+$/);
    return error.message;
  };
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'archive-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  test('if sources are missing', async () => {
    expect(await failure(root)).toContain('Could not resolve "function/handler.ts"');
  });

  test('if the folder cannot be written', async () => {
    await symlink(path.join(project, 'function'), path.join(root, 'function'));
    await writeFile(path.join(root, 'dist'), 'in the way');
    expect(await failure(root)).toMatch(/EEXIST|ENOTDIR/);
  });
});

test('the entry exports the handlers of both functions', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bundle-'));
  try {
    await writeFiles(folder, files);
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['catalog.json', 'index.mjs']));
    expect(await readFile(path.join(folder, 'catalog.json'), 'utf8')).toBe(JSON.stringify(catalog));
    // Lambda's runtime defines this global before it loads a function.
    const script = `globalThis.awslambda = { streamifyResponse: (handler) => handler };
      const { buffered, streaming } = await import('./index.mjs');
      console.log(typeof buffered, typeof streaming);
      process.exit();`;
    const env = {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:9', // nobody listens there: the first connection fails at once
      BEDROCK_REGIONS: 'us-east-1',
      BEDROCK_KEYS: 'any',
      PROMPT_CACHING: 'auto',
      CORS_ORIGINS: '',
    };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, env });
    expect(stdout.trim()).toBe('function function');
  } finally {
    await rm(folder, { recursive: true });
  }
});
