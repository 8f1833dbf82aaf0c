import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { cached } from '../../infra/bundle-cache.ts';

let root: string;
let built: number;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'bundle-cache-'));
  built = 0;
  await write('a.ts', 'one');
  await write('b.ts', 'two');
  await write('settings.json', '{}');
});
afterEach(() => rm(root, { recursive: true }));

/** Writes a file of the sources as if that had been a while ago. */
async function write(name: string, text: string): Promise<void> {
  const file = path.join(root, name);
  await writeFile(file, text);
  await utimes(file, 1_000, 1_000);
}

function use(during: () => Promise<void> = () => Promise.resolve(), place = root) {
  return cached(place, ['settings.json', 'missing.json'], async () => {
    await during();
    built += 1;
    return { inputs: ['a.ts', 'b.ts'], files: { 'index.mjs': `build ${built}` } };
  });
}

const folder = () => path.join(root, 'node_modules/.cache/bundle');

test('the same sources are built once', async () => {
  expect(await use()).toEqual({ 'index.mjs': 'build 1' });
  expect(await use()).toEqual({ 'index.mjs': 'build 1' });
  expect(await readdir(folder())).toHaveLength(1);
});

test.each([
  ['an input has other content', () => write('b.ts', 'TWO')],
  ['content has moved from one input to the next', () => Promise.all([write('a.ts', 'onet'), write('b.ts', 'wo')])],
  ['an input is gone', () => rm(path.join(root, 'a.ts'))],
  ['a setting has changed', () => write('settings.json', '{"strict":true}')],
  ['a setting is there that was not', () => write('missing.json', '{}')],
])('it is built again when %s', async (_what, change) => {
  await use();
  await change();
  expect(await use()).toEqual({ 'index.mjs': 'build 2' });
});

test('copies of the sources that share their packages are built once', async () => {
  const packages = await mkdtemp(path.join(os.tmpdir(), 'bundle-cache-packages-'));
  await symlink(packages, path.join(root, 'node_modules'));
  const copy = `${root}-copy`;
  await cp(root, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  await use();
  expect(await use(undefined, copy)).toEqual({ 'index.mjs': 'build 1' });
  await writeFile(path.join(copy, 'a.ts'), 'changed');
  expect(await use(undefined, copy)).toEqual({ 'index.mjs': 'build 2' });
  await Promise.all([packages, copy].map((each) => rm(each, { recursive: true })));
});

test('a build whose input changes meanwhile is not kept', async () => {
  await use(() => writeFile(path.join(root, 'a.ts'), 'newer'));
  expect(await use()).toEqual({ 'index.mjs': 'build 2' });
});

test('a cache that another process has replaced is read again', async () => {
  await use();
  const [name = ''] = await readdir(folder());
  const file = path.join(folder(), name);
  const kept: object = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(`${file}.other`, JSON.stringify({ ...kept, files: { 'index.mjs': 'build x' } }));
  await rename(`${file}.other`, file);
  expect(await use()).toEqual({ 'index.mjs': 'build x' });
});

test('a damaged cache is replaced', async () => {
  await use();
  const [name = ''] = await readdir(folder());
  await writeFile(path.join(folder(), name), '{"inputs":["a.ts"');
  expect(await use()).toEqual({ 'index.mjs': 'build 2' });
  expect(await use()).toEqual({ 'index.mjs': 'build 2' });
});

test('without a place for the cache, everything is built', async () => {
  await mkdir(path.join(root, 'node_modules/.cache'), { recursive: true });
  await writeFile(folder(), 'in the way');
  expect(await use()).toEqual({ 'index.mjs': 'build 1' });
  expect(await use()).toEqual({ 'index.mjs': 'build 2' });
});

test('what a build fails with is the failure', async () => {
  await expect(cached(root, [], () => Promise.reject(new Error('no entry')))).rejects.toThrow('no entry');
});
