import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A golden pair or a test that names a rule. */
export interface Proof {
  /** The pair's name, or the test's title without its rule numbers. */
  readonly name: string;
  /** The file, below the root of the project. */
  readonly file: string;
  readonly kind: 'golden pair' | 'test';
}

/** The proofs of each rule, found in the golden pairs and in the titles of the tests below `root`. */
export function proofsByRule(root: string): ReadonlyMap<number, readonly Proof[]> {
  return Map.groupBy([...pairProofs(root), ...testProofs(root)], ({ rule }) => rule);
}

interface Found extends Proof {
  readonly rule: number;
}

const golden = 'tests/golden';

function pairProofs(root: string): Found[] {
  return filesBelow(root, golden)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const pair: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
      const name = file.slice(golden.length + 1, -'.json'.length);
      return rulesOf(pair).map((rule): Found => ({ rule, name, file, kind: 'golden pair' }));
    });
}

function rulesOf(pair: unknown): number[] {
  if (typeof pair !== 'object' || pair === null || !('rules' in pair) || !Array.isArray(pair.rules)) return [];
  return pair.rules.filter((rule) => typeof rule === 'number');
}

/** A title that begins with `rule 7:`, `rules 1 and 2:` or `rules 1, 2 and 3:`. */
const title = /(['"`])(rules? (\d+(?:(?:, | and )\d+)*): .*?)\1\s*[,)]/g;

function testProofs(root: string): Found[] {
  return filesBelow(root, 'tests')
    .filter((file) => file.endsWith('.test.ts') || file.endsWith('.py'))
    .flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(title)].flatMap(([, , name = '', numbers = '']) =>
        numbers
          .split(/, | and /)
          .map((rule): Found => ({ rule: Number(rule), name: unescaped(name), file, kind: 'test' })),
      ),
    );
}

/** A title as it appears in the output of tests, without escapes. */
function unescaped(name: string): string {
  return name.replace(/^rules? [^:]*: /, '').replaceAll(/\\(['"`])/g, '$1');
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}
