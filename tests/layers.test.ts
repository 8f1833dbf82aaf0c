import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isPackage, layerOf, layers, mayImport } from '../layers.ts';
import { layerOverrides } from '../oxlint.config.ts';

const root = path.resolve(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mts|mjs)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('schemas/compiled'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s(type\s)?[^;'"]*?from\s*'([^']+)'|^import '([^']+)'|\bimport\(\s*'([^']+)'/gms,
  );
  return Array.from(found, ([, type, fixed, effect, dynamic]) => {
    const target = fixed ?? effect ?? dynamic ?? '';
    const to = target.startsWith('.') ? path.join(path.dirname(file), target) : target;
    return { from: file, to, isType: type !== undefined };
  });
}

function isAllowed({ from, to, isType }: Import): boolean {
  const layer = layers[layerOf(from) ?? ''];
  return layer !== undefined && mayImport(layer, to, isType);
}

const files = [
  ...['function', 'infra', 'component', 'local', 'fleet', 'cli', 'operations', 'schemas', 'scripts', 'bench'].flatMap(
    sources,
  ),
  'index.ts',
];

test('every source file belongs to a layer of the table', () => {
  expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
});

test('no layer imports what the table does not allow', () => {
  const all = files.flatMap(importsOf);
  expect(all.length).toBeGreaterThan(1000);
  expect(all.filter((each) => !isAllowed(each))).toEqual([]);
});

test('every path of the table exists', () => {
  const paths = Object.entries(layers).flatMap(([layer, { values, types = [] }]) => [layer].concat(values, types));
  const missing = paths.filter((each) => !isPackage(each) && !existsSync(path.join(root, each)));
  expect(missing.filter((each) => each !== 'schemas/compiled')).toEqual([]);
});

test('no entry for types contains an entry for values', () => {
  const overlaps = Object.values(layers).flatMap(({ values, types = [] }) =>
    types.filter((type) => values.some((value) => value === type || value.startsWith(`${type}/`))),
  );
  expect(overlaps).toEqual([]);
});

const unknown = ['function/unknown.ts', '@example/ajv', 'ajv-example'];
const allowed = Object.values(layers).flatMap(({ values, types = [] }) => values.concat(types));

/** Everything that some layer may import, and a few files and packages that none may. */
const targets = Array.from(new Set([...Object.keys(layers), ...allowed, ...unknown]), (entry) => {
  if (entry === 'node:') return 'node:fs/promises';
  return isPackage(entry) || /\.(?:ts|mjs)$/.test(entry) ? entry : `${entry}/example/example.ts`;
});

/** Importing files: the layer itself, or one at each of the first depths of its folder. */
const importers = Object.keys(layers).flatMap((layer) =>
  layer.endsWith('.ts') ? [layer] : [`${layer}/a.ts`, `${layer}/one/index.ts`, `${layer}/one/two/a.ts`],
);

/** A line of source such as `import type { x1 } from '../errors.ts';`. */
function line({ from, to, isType }: Import, index: number): string {
  const relative = path.relative(path.dirname(from), to);
  const inside = relative.startsWith('.') ? relative : `./${relative}`;
  return `import ${isType ? 'type ' : ''}{ x${index} } from '${isPackage(to) ? to : inside}';`;
}

/** What the linter says of imports, each written on a line of its own: `file:line` of each that it refuses. */
function refusals(imported: ReadonlyMap<string, readonly Import[]>): Set<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'layers-'));
  try {
    const config = path.join(folder, '.oxlintrc.json');
    writeFileSync(config, JSON.stringify({ categories: { correctness: 'off' }, overrides: layerOverrides }));
    for (const [file, lines] of imported) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), lines.map(line).join('\n'));
    }
    const oxlint = path.join(root, 'node_modules/.bin/oxlint');
    const { stdout, error, signal } = spawnSync(oxlint, ['-c', config, '-f', 'unix', '--disable-nested-config'], {
      cwd: folder,
      encoding: 'utf8',
      // Hundreds of findings come near the one megabyte after which Node kills the process and gives what it has.
      maxBuffer: 64 * 1024 ** 2,
    });
    expect({ error, signal }).toEqual({ error: undefined, signal: null });
    return new Set(stdout.match(/^\S+?:\d+(?=:\d+: .*no-restricted-imports)/gm));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the linter refuses the same imports as the table, at every depth', () => {
  const imported = new Map(
    importers.map((from) => [from, targets.flatMap((to) => [true, false].map((isType) => ({ from, to, isType })))]),
  );
  const refused = refusals(imported);
  const differ = [...imported].flatMap(([file, all]) =>
    all.filter((each, index) => isAllowed(each) === refused.has(`${file}:${index + 1}`)),
  );
  expect(differ).toEqual([]);
});
