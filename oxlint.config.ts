import path from 'node:path/posix';
import type { OxlintConfig, OxlintOverride } from 'oxlint';
import { isPackage, type Layer, layers } from './layers.ts';

/** How many folders a file may lie below the folder of its layer. Imports are relative, so each depth needs patterns of its own. */
const maxDepth = 5;

/** How imports of an entry begin in the files of a folder: `../errors.ts`, `../../dialects/`, `./`, `node:`, `ajv`. */
function specifier(entry: string, folder: string): string {
  if (isPackage(entry)) return entry;
  const relative = path.relative(folder, entry);
  const written = relative.startsWith('..') ? relative : `./${relative}`;
  return written.endsWith('/') || isFile(written) ? written : `${written}/`;
}

/** Whether an entry is a file rather than a folder. */
function isFile(entry: string): boolean {
  return /\.(?:ts|mjs)$/.test(entry);
}

/** The gitignore patterns that exempt imports from a refusal. */
function exemptions(allowed: string): string[] {
  if (isFile(allowed)) return [`!${allowed}`];
  // A folder that contains the importing file: what lies above it stays refused.
  if (/^(?:\.\/|(?:\.\.\/)+)$/.test(allowed)) return ['!./**', '!../**', `${path.join('..', allowed)}**`];
  if (allowed.endsWith('/')) return [`!${allowed}**`];
  if (allowed.endsWith(':')) return [`!${allowed}*`, `!${allowed}*/**`];
  // A pattern without a slash matches in any folder, so the package of that name in a scope is refused again.
  return allowed.includes('/') ? [`!${allowed}`, `!${allowed}/**`] : [`!${allowed}`, `*/${allowed}`, `!${allowed}/**`];
}

/** A regular expression that matches the imports that `exemptions` exempts. */
function expression(allowed: string): string {
  const escaped = allowed.replaceAll('.', String.raw`\.`);
  return /[:/]$/.test(allowed) ? `^${escaped}` : `^${escaped}(?:/|$)`;
}

/** Refuses every import that the layer may not have, in the files of one folder. */
function restriction(files: string, folder: string, { rule, values, types = [] }: Layer): OxlintOverride {
  const valuesFrom = values.map((entry) => specifier(entry, folder));
  const typesFrom = types.map((entry) => specifier(entry, folder));
  // Shortest first, so that the refusal of what lies above a folder comes before exemptions up there.
  const exempt = [...valuesFrom, ...typesFrom].toSorted((a, b) => a.length - b.length).flatMap(exemptions);
  // An import that a group exempts passes, whatever other groups say. Only a regular expression before it can refuse values.
  const patterns = [
    ...typesFrom.map((allowed) => ({ regex: expression(allowed), allowTypeImports: true, message: rule })),
    { group: ['**', ...exempt], message: rule },
  ];
  return { files: [files], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** The restrictions of a layer: one for a file, one for each depth of a folder. */
function restrictions([location, layer]: [string, Layer]): OxlintOverride[] {
  // Without a slash a pattern would match files of that name in every folder.
  if (location.endsWith('.ts')) return [restriction(`./${location}`, path.dirname(location), layer)];
  return Array.from({ length: maxDepth }, (_, depth) => {
    const folder = path.join(location, ...Array.from({ length: depth }, () => '*'));
    return restriction(`${folder}/*.{ts,mts,mjs}`, folder, layer);
  });
}

/** The overrides that enforce the table of layers. The longest path comes last and wins. */
export const layerOverrides = Object.entries(layers)
  .toSorted(([a], [b]) => a.length - b.length)
  .flatMap(restrictions);

export default {
  // tsc finds the errors of the compiler, for less than the linter would take to find them as well.
  options: { typeAware: true, typeCheck: false },
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  ignorePatterns: ['node_modules', 'dist', 'schemas/compiled', '.venv'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-floating-promises': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'max-depth': ['error', 3],
    'max-params': ['error', 3],
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'import/no-unassigned-import': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
  },
  overrides: [
    ...layerOverrides,
    {
      files: ['function/translate/**/*.ts'],
      rules: {
        'no-restricted-globals': [
          'error',
          'Date',
          'crypto',
          'process',
          'fetch',
          'console',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'performance',
          'Buffer',
        ],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      },
    },
    { files: ['function/dialects/*.gen.ts'], rules: { 'unicorn/no-useless-spread': 'off' } },
    { files: ['infra/**/*.ts', 'component/**/*.ts', 'index.ts'], rules: { 'no-new': 'off' } },
    {
      files: ['tests/**/*.ts', 'bench/**/*.ts'],
      rules: {
        'unicorn/consistent-function-scoping': 'off',
        'typescript/no-unsafe-type-assertion': 'off',
        'max-params': 'off',
      },
    },
    { files: ['*.config.js', '*.config.ts', 'index.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
} satisfies OxlintConfig;
