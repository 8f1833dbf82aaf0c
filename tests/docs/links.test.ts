import { existsSync } from 'node:fs';
import path from 'node:path';
import { documents, prose, root, text } from './documents.ts';

/** Relative targets of links and images, those of definitions at a document's end included. */
function targets(file: string): string[] {
  const said = prose(file).replaceAll(/`[^`\n]*`/g, '');
  const found = said.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm);
  return Array.from(found, ([, inline, defined]) => inline ?? defined ?? '').filter((to) => !/^[a-z]+:/.test(to));
}

/** The anchors that GitHub gives a document's headings. */
function anchors(file: string): Set<string> {
  const headings = Array.from(prose(file).matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) => heading);
  const seen = new Map<string, number>();
  return new Set(
    headings.map((heading) => {
      const slug = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');
      const before = seen.get(slug) ?? 0;
      seen.set(slug, before + 1);
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}

function isBroken(from: string, to: string): boolean {
  const [place = '', anchor] = to.split('#');
  const file = place === '' ? from : path.posix.join(path.posix.dirname(from), place);
  if (!existsSync(path.join(root, file))) return true;
  return anchor !== undefined && !anchors(file).has(anchor);
}

test.each(documents)('every relative link of %s points to an existing file and heading', (file) => {
  expect(targets(file).filter((to) => isBroken(file, to))).toEqual([]);
});

test('every page of docs/ is linked from the README', () => {
  const reached = new Set(['README.md']);
  for (const file of reached) {
    const pages = targets(file).map((to) => path.posix.join(path.posix.dirname(file), to.replace(/#.*/, '')));
    for (const page of pages) if (documents.includes(page)) reached.add(page);
  }
  expect(documents.filter((file) => file.startsWith('docs/') && !reached.has(file))).toEqual([]);
});

// CHANGELOG.md is a list of long entries; generated pages have a link on each line.
const wrapped = documents.filter((file) => !file.startsWith('docs/compatibility/'));

test.each(wrapped)('%s has no line over 160 characters outside tables, code and measured figures', (file) => {
  const lines = prose(file)
    .replace(/<!-- measured: begin -->[^]*<!-- measured: end -->/, '')
    .split('\n');
  expect(lines.filter((line) => line.length > 160 && !line.startsWith('|'))).toEqual([]);
});

test('the README is short', () => {
  expect(text('README.md').split('\n').length).toBeLessThanOrEqual(200);
});
