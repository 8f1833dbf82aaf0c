import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root, text } from './documents.ts';

const page = text('CONTRIBUTING.md');

test('every file and folder that the page names exists', () => {
  const paths = page.matchAll(/`((?:function|infra|local|cli|schemas|scripts|bench|docs|tests)\/[^`\s<*]*)`/g);
  const named = [...new Set(Array.from(paths, ([, each = '']) => each))];
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((each) => !existsSync(path.join(root, each)))).toEqual([]);
});

test('the picture of a request names only files that exist', () => {
  const [, picture = ''] = page.split('```text\n');
  const files = picture.split('```')[0]?.match(/[\w/-]+\.ts\b/g) ?? [];
  const places = ['', 'function', 'function/pipeline'];
  expect(files.length).toBeGreaterThan(20);
  const missing = files.filter((file) => !places.some((place) => existsSync(path.join(root, place, file))));
  expect(missing).toEqual([]);
});

test('the table of folders lists everything in function/', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const cells = new Set(rows.flatMap((row) => row.split('|')[1]?.match(/[\w-]+(?:\/|\.ts)(?=`)/g) ?? []));
  const entries = readdirSync(path.join(root, 'function'), { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  expect(names.filter((name) => !cells.has(name))).toEqual([]);
});
