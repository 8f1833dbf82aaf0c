import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseSync, type Statement, type Directive } from 'oxc-parser';

const root = path.resolve(import.meta.dirname, '..');

/** The source files below folders of the repository, without generated ones. */
function sources(...folders: string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        path.join(folder, name),
      ),
    )
    .filter((file) => /\.(?:ts|mts|mjs)$/.test(file) && !/\.gen\.ts$|^schemas\/compiled\//.test(file));
}

const product = [
  ...sources('function', 'infra', 'local', 'fleet', 'cli', 'operations', 'schemas', 'bench', 'scripts'),
  'index.ts',
  'layers.ts',
];
const everything = [...product, ...sources('tests')];

/** Every match of an expression in files, as `file:line: text`. */
function matches(files: readonly string[], expression: RegExp): string[] {
  return files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return Array.from(text.matchAll(expression), ({ index, groups }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: ${groups?.['shown']}`;
    });
  });
}

test('doc comments name their subject, so that they make sense in a hover', () => {
  const beginning = /\/\*\*[\s*]*(?<shown>(?:The same|Of|As|Those|These|They|Them|It|Its|Likewise|Also)\b.*)/g;
  expect(matches(everything, beginning)).toEqual([]);
});

test('constants are in camelCase', () => {
  const constant = /^\s*(?:export )?const (?<shown>[A-Z][A-Z0-9_]*)\b\s*[:=]/gm;
  expect(matches(everything, constant)).toEqual([]);
});

const exported = /^export (?:abstract |async )*(?:function\*?|const|class|interface|type|enum) (?<shown>\w+)/gm;

test('every export has a doc comment', () => {
  const undocumented = new RegExp(`(?<!\\*/\\n)${exported.source}`, 'gm');
  expect(matches(product, exported).length).toBeGreaterThan(1000);
  expect(matches(product, undocumented)).toEqual([]);
});

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether code itself throws. Functions inside it and errors thrown again do not count. */
function throws(node: unknown): boolean {
  if (!isObject(node)) return false;
  const type = 'type' in node ? String(node.type) : '';
  if (type === 'ThrowStatement')
    return !(
      'argument' in node &&
      isObject(node.argument) &&
      'type' in node.argument &&
      node.argument.type === 'Identifier'
    );
  return !/(?:Function|Class)(?:Expression|Declaration)|Method/.test(type) && Object.values(node).some(throws);
}

/** The names of the functions that a statement exports and that throw. */
function throwing(statement: Statement | Directive): string[] {
  if (statement.type !== 'ExportNamedDeclaration') return [];
  const { declaration } = statement;
  if (declaration?.type === 'FunctionDeclaration') return throws(declaration.body) ? [declaration.id?.name ?? ''] : [];
  if (declaration?.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && init?.type === 'ArrowFunctionExpression' && throws(init.body) ? [id.name] : [],
  );
}

test('exported functions that throw say so in their doc comments', () => {
  const silent = product.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const { program } = parseSync(file, text);
    return program.body
      .flatMap(throwing)
      .filter((name) => {
        const doc = new RegExp(`(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\nexport [\\w* ]*\\b${name}\\b`).exec(text)?.[1] ?? '';
        return !/\b(?:throws|rejects)\b/i.test(doc);
      })
      .map((name) => `${file}: ${name}`);
  });
  expect(silent).toEqual([]);
});
