import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const ignoredNames = new Set(['node_modules', 'dist', 'coverage', 'compiled', '.git', '.venv']);

/** Every file below a folder, without what is installed or made. */
function files(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (ignoredNames.has(entry.name) || entry.isSymbolicLink()) return [];
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? files(file) : [file];
  });
}

// `pulumi new` replaces these two in every text file of a template (transform in pkg/cmd/pulumi/templates of Pulumi's CLI).
test('no file has a placeholder that `pulumi new` would fill in', () => {
  const placeholders = ['PROJECT', 'DESCRIPTION'].map((name) => `$\{${name}}`);
  const all = files('.');
  expect(all.length).toBeGreaterThan(100);
  const hits = all.filter((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return placeholders.some((placeholder) => text.includes(placeholder) || file.includes(placeholder));
  });
  expect(hits).toEqual([]);
});
