import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { compileValidators } from '../schemas/compile-validators.ts';

/** Where the processes that tests start keep the code that Node has compiled. */
export const compiledFolder = path.resolve(import.meta.dirname, '../node_modules/.cache/compiled');

/** Compiles the validators before any test loads them. */
export async function setup(): Promise<void> {
  await Promise.all([compileValidators(), removeOldCode()]);
}

const maxAgeMs = 7 * 24 * 60 * 60 * 1_000;

/** Removes what was compiled more than a week ago: code in temporary folders is never loaded again, and Node removes nothing. */
async function removeOldCode(): Promise<void> {
  await mkdir(compiledFolder, { recursive: true });
  const oldest = Date.now() - maxAgeMs;
  const entries = await readdir(compiledFolder, { recursive: true, withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      if (!entry.isFile()) return;
      const file = path.join(entry.parentPath, entry.name);
      // Another run may remove it at the same time.
      const found = await stat(file).catch(() => undefined);
      if (found && found.mtimeMs < oldest) await rm(file, { force: true });
    }),
  );
}
