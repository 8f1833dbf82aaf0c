import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compatibility } from '../../scripts/compatibility.ts';

const root = path.resolve(__dirname, '..', '..');
const page = compatibility(root);

test('every rule of this direction is proved by a golden pair or a test', () => {
  expect(page.unproved).toEqual([]);
});

test('the page is what `node scripts/compatibility.ts` writes', () => {
  expect(readFileSync(path.join(root, 'docs', 'compatibility.md'), 'utf8')).toBe(page.text);
});

test('every member of the request is on it', () => {
  for (const member of ['messages', 'logprobs', 'n', 'seed', 'bedrock'])
    expect(page.text).toContain(`| \`${member}\` |`);
});
