import { readFileSync } from 'node:fs';
import path from 'node:path';
import { families } from '../../function/catalog/families.ts';
import { features } from '../../scripts/features.ts';

const page = path.join(import.meta.dirname, '../../docs/features.md');

test('docs/features.md matches what the generator makes of the table of families', () => {
  expect(readFileSync(page, 'utf8')).toBe(features());
});

test('every family on the runtime of Bedrock has one row', () => {
  const rows = features()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.map((line) => line.split('`')[1])).toEqual([
    ...new Set(families.filter(({ onlyMantle }) => !onlyMantle).map(({ name }) => name)),
  ]);
});
