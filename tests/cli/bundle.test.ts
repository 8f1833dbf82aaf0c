import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { version } from '../../cli/version.ts';
import { root } from '../support/gateway.ts';

const run = promisify(execFile);
const bundle = 'dist/cli/bedrock-gateway.mjs';
const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

let folder: string;
/** What `npm pack` puts into the package, where npm would install it. */
let installed: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cli-'));
  installed = path.join(folder, 'node_modules/bedrock-gateway');
  const searchPath = `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env['PATH'] ?? ''}`;
  await run('sh', ['-c', `${manifest.scripts.prepack} --log-level=error`], {
    cwd: root,
    env: { ...process.env, PATH: searchPath },
  });
  for (const file of manifest.files) await cp(path.join(root, file), path.join(installed, file), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

test('the version is that of the package', () => {
  expect(version).toBe(manifest.version);
});

test('the bundle is one small file that needs nothing but Node', async () => {
  const text = await readFile(path.join(installed, bundle), 'utf8');
  expect((await stat(path.join(installed, bundle))).size).toBeLessThan(64 * 1_024);
  const imports = Array.from(text.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g), ([, name = '']) => name);
  expect(imports).toContain('node:util');
  expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect(text).not.toMatch(/aws|pulumi/i);
});

test.each([
  ['from the repository', () => path.join(root, manifest.bin['bedrock-gateway'])],
  ['installed', () => path.join(installed, manifest.bin['bedrock-gateway'])],
  ['as the bundle alone', () => path.join(installed, bundle)],
])('the command runs %s', async (_how, file) => {
  const { stdout, stderr } = await run(process.execPath, [file(), '--version'], { cwd: folder });
  expect({ stdout, stderr }).toEqual({ stdout: `${version}\n`, stderr: '' });
  await expect(run(process.execPath, [file(), 'frobnicate'], { cwd: folder })).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining("unknown command 'frobnicate'"),
  });
});
