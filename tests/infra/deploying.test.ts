import { readFileSync } from 'node:fs';
import path from 'node:path';

import { keys } from '../../infra/settings/keys.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/deploying.md'), 'utf8');

/** The first two cells of each row in all tables whose first column has this title. */
function cells(title: string): string[][] {
  const tables = page.split(`| ${title} |`).slice(1);
  const rows = tables.flatMap((table) => (table.split('\n\n')[0] ?? '').split('\n').slice(2));
  return rows.map((row) =>
    row
      .split(' | ')
      .slice(0, 2)
      .map((cell) => cell.replaceAll(/^\| |`/g, '')),
  );
}

test('the page lists each config key once, with its default', () => {
  const defaults = Object.values(keys).map(({ name, absent }) => [
    name,
    absent === undefined ? '—' : JSON.stringify(absent),
  ]);
  expect(cells('key')).toHaveLength(defaults.length);
  expect(Object.fromEntries(cells('key'))).toEqual(Object.fromEntries(defaults));
});

test('the table of keys has each key under its own name', () => {
  expect(Object.values(keys).map(({ name }) => name)).toEqual(Object.keys(keys));
});

// `keyPattern` in pkg/cmd/pulumi/config/config.go of Pulumi's CLI: `config set` refuses values of such keys that look random.
const secretLikeName = /passwd|pass|password|pwd|secret|token/i;

test('no key has a name that the CLI takes for a secret', () => {
  expect(Object.keys(keys).filter((name) => secretLikeName.test(name))).toEqual([]);
});

test('no command in documents or advice sets a path that the CLI takes for a secret', () => {
  const documents = ['README.md', 'docs/deploying.md', 'docs/verification.md'].map((file) =>
    readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8'),
  );
  const advice = Object.values(keys).map(({ example }) => `config set ${example}`);
  const commands = [...documents, ...advice].join('\n').matchAll(/config set (--path )?('[^']+'|\S+)/g);
  const paths = [...commands].map(([, , name = '']) => name);
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((name) => secretLikeName.test(name))).toEqual([]);
});

test('the page lists the outputs that the program exports', () => {
  const program = readFileSync(path.join(import.meta.dirname, '../../index.ts'), 'utf8');
  const [, outputs = ''] = program.split('export default {');
  const exported = [...outputs.matchAll(/^  (?:\.\.\.\((\w+) && |(\w+)[:,])/gm)].map(
    ([, maybe, always]) => maybe ?? always,
  );
  expect(new Set(cells('output').map(([name]) => name))).toEqual(new Set(exported));
});

test("the deployer's policy has no wildcard actions and is within AWS's limit", () => {
  const policy = JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? '');
  const actions = policy.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
  expect(actions).not.toEqual([]);
  expect(actions.filter((action: string) => action.includes('*'))).toEqual([]);
  expect(JSON.stringify(policy).length).toBeLessThan(6_144); // AWS's limit for a managed policy
});
