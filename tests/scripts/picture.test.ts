import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

// The provider is a large package, and the program bundles the code.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = path.resolve(import.meta.dirname, '../..');

test.each([
  ['stack.svg', 'picture.ts'],
  ['dashboard.svg', 'dashboard-picture.ts'],
])('docs/%s matches what `npm run picture` makes of the Pulumi program', async (file, script) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'picture-'));
  try {
    const drawn = path.join(folder, file);
    await promisify(execFile)(process.execPath, [path.join(root, 'scripts', script), drawn]);
    expect(await readFile(path.join(root, 'docs', file), 'utf8')).toBe(await readFile(drawn, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
