import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

// The provider is a large package, and the program bundles the code.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = path.resolve(import.meta.dirname, '../..');

test('docs/stack.svg matches what `npm run picture` makes of the Pulumi program', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'picture-'));
  try {
    const drawn = path.join(folder, 'stack.svg');
    await promisify(execFile)(process.execPath, [path.join(root, 'scripts/picture.ts'), drawn]);
    expect(await readFile(path.join(root, 'docs/stack.svg'), 'utf8')).toBe(await readFile(drawn, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
