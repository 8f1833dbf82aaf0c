import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { root } from '../support/gateway.ts';

const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const { dependencies } = read('package.json');

/** Code that runs without packages for development: the program, the code that it bundles, and the code of `npm start`. */
const sources = [
  'index.ts',
  'infra',
  'component',
  'function',
  'local',
  'cli',
  'schemas/compile.ts',
  'schemas/compile-validators.ts',
];

function files(place: string): string[] {
  if (!lstatSync(path.join(root, place)).isDirectory()) return [place];
  return readdirSync(path.join(root, place)).flatMap((name) => files(`${place}/${name}`));
}

/** The packages that a file imports values from; types do not exist at run time. */
function packagesOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(/^(?:import (?!type )[^'"]*?|\} )from '([^'.#][^']*)';|\bimport\('([^'.#][^']*)'\)/gm);
  return [...found].map(([, from, dynamic]) => (from ?? dynamic ?? '').replace(/^(@[^/]+\/[^/]+|[^/]+).*/, '$1'));
}

test('packages for serving or deploying are dependencies, not devDependencies', () => {
  const used = new Set(
    sources
      .flatMap(files)
      .filter((file) => /\.m?ts$|\.mjs$/.test(file))
      .flatMap(packagesOf),
  );
  const packages = [...used].filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  expect(packages).toEqual(expect.arrayContaining(['@pulumi/pulumi', 'esbuild', 'yaml']));
  expect(packages.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
});

test('the packages for serving take at most 280 MB on disk', () => {
  const lock: Readonly<Record<string, { readonly dev?: boolean }>> = read('package-lock.json').packages;
  const counted = new Set<number>();
  const size = (place: string): number => {
    const { ino, blocks } = lstatSync(place);
    // A hard link to a counted file takes no space.
    if (counted.has(ino)) return 0;
    counted.add(ino);
    return blocks * 512;
  };
  const measure = (place: string): number => {
    const below = lstatSync(place).isDirectory() ? readdirSync(place).filter((name) => name !== 'node_modules') : [];
    return below.reduce((sum, name) => sum + measure(path.join(place, name)), size(place));
  };
  const places = Object.keys(lock).filter((place) => place !== '' && !lock[place]?.dev);
  const there = places
    .map((place) => path.join(root, place))
    .filter((place) => lstatSync(place, { throwIfNoEntry: false }));
  const megabytes = there.reduce((sum, place) => sum + measure(place), 0) / 1024 / 1024;
  expect(megabytes).toBeGreaterThan(200);
  expect(megabytes).toBeLessThanOrEqual(280);
});
