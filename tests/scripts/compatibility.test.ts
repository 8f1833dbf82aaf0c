import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compatibility, folder } from '../../scripts/compatibility.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const docs = path.join(root, 'docs');
const { texts, unproved } = compatibility(root);

test('every rule has a golden pair or a test', () => {
  expect(unproved).toEqual([]);
});

test.each([...texts])('docs/%s matches what `node scripts/compatibility.ts` writes', (name, text) => {
  expect(readFileSync(path.join(docs, name), 'utf8')).toBe(text);
});

test('the folder has only generated pages', () => {
  const pages = readdirSync(path.join(docs, folder)).map((name) => `${folder}/${name}`);
  expect(pages.filter((page) => !texts.has(page))).toEqual([]);
});

test.each([
  ['chat-completions', ['messages', 'logprobs', 'n', 'seed', 'bedrock']],
  ['converse', ['system.text', 'messages.content.toolUse.input', 'requestMetadata']],
])('fields of the request are on the page %s', (page, fields) => {
  for (const field of fields) expect(texts.get(`${folder}/${page}.md`)).toContain(`| \`${field}\` |`);
});
