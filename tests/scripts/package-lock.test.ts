import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../support/gateway.ts';

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
}

const lock: { packages: Record<string, Entry> } = JSON.parse(
  readFileSync(path.join(root, 'package-lock.json'), 'utf8'),
);
const { '': own, ...packages } = lock.packages;
const entries = Object.entries(packages);

test('package-lock.json pins every package, those of other platforms included, by its SHA-512', () => {
  expect(own).toBeDefined();
  expect(entries.length).toBeGreaterThan(500);
  // npm leaves out hashes if it makes the lock from packages on disk: install again without lock and node_modules.
  const open = entries.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity));
  expect(open.map(([place]) => place)).toEqual([]);
});

test('package-lock.json names no registry', () => {
  expect(entries.filter(([, { resolved }]) => resolved !== undefined).map(([place]) => place)).toEqual([]);
});
