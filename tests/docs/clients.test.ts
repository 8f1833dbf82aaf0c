import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root, text } from './documents.ts';

/** The files of a folder with this extension, in one text. */
function sources(folder: string, extension: string): string {
  const files = readdirSync(path.join(root, folder)).filter((file) => file.endsWith(extension));
  return files.map((file) => readFileSync(path.join(root, folder, file), 'utf8')).join('\n');
}

/** What the tests use beside the clients that they drive. */
const helpers = new Set([
  '@langchain/core',
  '@smithy/node-http-handler',
  'zod',
  'botocore',
  'langchain-core',
  'moto',
  'pydantic',
]);

/** The npm packages that tests/clients imports. */
function drivenByNode(): Set<string> {
  const imports = sources('tests/clients', '.ts').matchAll(/^(?:import|export) [^']*from '([^'.][^']*)'/gm);
  const packages = Array.from(imports, ([, name = '']) => name.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? '');
  return new Set(packages.filter((name) => !name.startsWith('node:') && !helpers.has(name)));
}

/** Packages of PyPI that are imported by another name. */
const distributions: Readonly<Record<string, string>> = {
  agents: 'openai-agents',
  pydantic_ai: 'pydantic-ai-slim',
  strands: 'strands-agents',
};

/** The packages of PyPI that tests/python imports, by the names of their requirements. */
function drivenByPython(): Set<string> {
  const required = new Set(
    Array.from(
      sources('tests/python/versions', '.txt').matchAll(/^([a-z0-9-]+)(?=[=<>~! []|$)/gm),
      ([, name = '']) => name,
    ),
  );
  const imports = sources('tests/python', '.py').matchAll(/^(?:import|from) ([a-z_0-9]+)/gm);
  const packages = Array.from(imports, ([, name = '']) => distributions[name] ?? name.replaceAll('_', '-'));
  return new Set(packages.filter((name) => required.has(name) && !helpers.has(name)));
}

/** The names in a column of the README's table of clients, counted from the left. */
function listed(column: number): Set<string> {
  const [, section = ''] = text('README.md').split('## Clients\n');
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  const cells = rows.map((row) => row.split('|')[column] ?? '');
  return new Set(cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name)));
}

test('the README lists exactly the JavaScript clients that the tests run', () => {
  expect([...listed(2)].toSorted()).toEqual([...drivenByNode()].toSorted());
});

test('the README lists exactly the Python clients that the tests run', () => {
  expect([...listed(3)].toSorted()).toEqual([...drivenByPython()].toSorted());
});
