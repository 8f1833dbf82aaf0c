import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/adding-a-backend.md'), 'utf8');

/** A file of the diff, and the lines that it adds there, grouped as they stand together. */
function added(): [file: string, lines: string][] {
  const diff = /```diff\n(.*?)```/s.exec(page)?.[1] ?? '';
  return diff.split(/^--- .*\n\+\+\+ b\//m).flatMap((part) => {
    const [file = '', ...lines] = part.split('\n');
    const groups = lines.join('\n').match(/^(?:\+.*\n?)+/gm) ?? [];
    return groups.map((group): [string, string] => [file, group.trimEnd().replace(/^\+/gm, '')]);
  });
}

test('the diff on the page matches the code', () => {
  expect(added().map(([file]) => file)).toEqual([
    'function/backends/registry.ts',
    'function/backends/registry.ts',
    'function/backends/bedrock-openai/module.ts',
  ]);
  for (const [file, lines] of added()) expect(readFileSync(path.join(root, file), 'utf8')).toContain(lines);
});

test('every file that the page names exists', () => {
  const links = Array.from(page.matchAll(/\]\((?!http)([^)#]+)/g), ([, link = '']) => path.join('docs', link));
  const named = Array.from(page.matchAll(/`((?:function|infra|local|tests)\/[^`<]+\.ts)`/g), ([, file = '']) => file);
  expect(links.length).toBeGreaterThan(5);
  expect(named.length).toBeGreaterThan(5);
  expect([...links, ...named].filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});
