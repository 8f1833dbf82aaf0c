import { docPages } from '../../function/mcp/docs/pages.ts';
import { docTexts } from '../../function/mcp/docs/texts.ts';
import { documents, text } from './documents.ts';

/** Pages for those who deploy, operate or change a gateway. All others are resources of the MCP server: add them to `docPages`. */
const notForCallers = [
  'adding-a-backend',
  'base-models',
  'cli',
  'customers',
  'component',
  'deploying',
  'local',
  'migrating',
  'operations',
  'performance',
  'private-network',
  'policies',
  'security',
  'verification',
];

const names = documents.flatMap((file) => /^docs\/(?<name>.+)\.md$/.exec(file)?.groups?.['name'] ?? []);

test('every page of docs/ is either a resource of the MCP server or not for callers', () => {
  expect([...Object.keys(docPages), ...notForCallers].toSorted()).toEqual(names.toSorted());
});

test.each(Object.entries(docPages))('the resource %s has the title and the text of its page', (name, { title }) => {
  const page = text(`docs/${name}.md`);
  expect(page.startsWith(`# ${title}\n`)).toBe(true);
  expect(docTexts).toHaveProperty([name], page);
});

test('a page is short enough for the context of a model, and all are for the code archive', () => {
  const sizes = Object.values(docTexts).map((page) => Buffer.byteLength(page));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(48_000);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(400_000);
});
