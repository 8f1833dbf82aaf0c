import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/troubleshooting.md'), 'utf8');

/** The sources below some folders, each with the parts of its texts joined and their quotes as readers see them. */
function sources(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        path.join(root, folder, file),
      ),
    )
    .filter((file) => /\.(ts|mjs|cjs)$/.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .map((text) => text.replaceAll(/['"`]\s*\+\s*['"`]/g, '').replaceAll(/\\(['"`])/g, '$1'));
}

const all = sources('function', 'infra', 'local', 'cli', 'scripts');

/** The first cells of the tables whose first column is called `message`. */
const messages = page
  .split(/^\| message \|.*\n.*\n/m)
  .slice(1)
  .flatMap((rest) => (rest.split('\n\n')[0] ?? '').split('\n'))
  .flatMap((row) => /^\| (`+)(.+?)\1 \|/.exec(row)?.[2] ?? []);

test('the page quotes messages', () => {
  expect(messages.length).toBeGreaterThan(50);
});

test.each(messages)('%s is a message of the code', (message) => {
  const parts = message.split('…').filter((part) => part.trim() !== '');
  const hit = all.find((source) => parts.every((part) => source.includes(part)));
  expect({ message, found: hit !== undefined }).toEqual({ message, found: true });
});

test('the page lists every error code of the function', () => {
  const codes = sources('function').flatMap((source) =>
    Array.from(source.matchAll(/\bcode: '([a-z_]+)'/g), ([, code]) => code),
  );
  expect([...new Set(codes)].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
