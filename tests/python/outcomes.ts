import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { environment } from './environment.ts';
import { tryPython } from './script.ts';

/** The result of one case of a file. */
export interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A Python file with the names of its cases. */
export interface PythonFile {
  readonly title: string;
  /** A path, absolute or in the folder of the run. */
  readonly file: string;
  readonly cases: readonly string[];
  readonly outcomes: (lines: readonly string[]) => readonly Outcome[];
}

/** Time for all files and, if one fails, for making one more environment and running it there. */
export const outcomesTimeoutMs = 10 * 60 * 1000;

/** A script of this folder, whose cases `cases.py` runs. */
export function script(title: string, name: string): PythonFile {
  const file = path.join(import.meta.dirname, name);
  const cases = [...readFileSync(file, 'utf8').matchAll(/^@case\("(.*)"\)$/gm)].map(([, each = '']) => each);
  return { title, file, cases, outcomes: (lines) => lines.map((line) => JSON.parse(line)) };
}

/** A file that is to print `expected` in its first line. */
export function printing(expected: string, title: string, file: string): PythonFile {
  const name = 'works as written';
  const outcomes = ([first = '']: readonly string[]) => {
    const ok = first.includes(expected);
    return [{ name, ok, detail: ok ? '' : first }];
  };
  return { title, file, cases: [name], outcomes };
}

/** The folder and the environment variables of a run. */
interface Setting {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The outcomes of the cases by the titles of the files. What fails with the newest clients is tried again with the newest that are
 * known to pass: if these pass, a release is the cause and not this project, so it is reported and does not fail.
 */
export async function outcomesIn(
  name: string,
  files: readonly PythonFile[],
  setting: Setting,
): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const outcomes = await attempt(name, files, setting);
  const failed = files.filter(({ title }) => outcomes.get(title)?.some(({ ok }) => !ok));
  if (name !== 'newest' || failed.length === 0) return outcomes;
  const changed = await releasedSince();
  if (changed.length === 0) return outcomes;
  const again = await attempt('known-good', failed, setting);
  const settled = failed.map(({ title }) => {
    const known = again.get(title) ?? [];
    return [title, outcomes.get(title)?.map((outcome) => settle(outcome, { known, changed })) ?? []] as const;
  });
  return new Map([...outcomes, ...settled]);
}

function settle(outcome: Outcome, { known, changed }: { known: readonly Outcome[]; changed: string[] }): Outcome {
  const other = known.find(({ name }) => name === outcome.name);
  if (outcome.ok || !other?.ok) return outcome;
  process.stderr.write(
    `“${outcome.name}” fails with the newest Python clients and passes with known-good.txt. ` +
      `Released since: ${changed.join(', ')}. ${outcome.detail}\n`,
  );
  return other;
}

/** Runs the files in one process. All cases of a file that does not come to its end have failed. */
async function attempt(
  name: string,
  files: readonly PythonFile[],
  { folder, env }: Setting,
): Promise<Map<string, Outcome[]>> {
  const input = JSON.stringify({ env, files: files.map(({ file }) => path.resolve(folder, file)) });
  const { lines: results, error: ended = 'it did not run' } = await tryPython(name, 'suite.py', input);
  const outcomes = files.map(({ title, cases, outcomes: read }, index): [string, Outcome[]] => {
    const { lines, error }: { lines: string[]; error: string | null } = JSON.parse(
      results[index] ?? JSON.stringify({ lines: [], error: ended }),
    );
    if (error === null) return [title, [...read(lines)]];
    return [title, cases.map((each) => ({ name: each, ok: false, detail: error }))];
  });
  return new Map(outcomes);
}

/** Packages of the newest environment that known-good.txt has in another version or not at all. */
async function releasedSince(): Promise<string[]> {
  const found = await environment('newest');
  if ('missing' in found) return [];
  const freeze = ['-m', 'pip', 'freeze', '--disable-pip-version-check'];
  const { stdout } = await promisify(execFile)(found.python, freeze);
  const known = readFileSync(path.join(import.meta.dirname, 'versions', 'known-good.txt'), 'utf8');
  const versions = new Set([...known.matchAll(/^[^#\s;]+/gm)].map(([pinned]) => comparable(pinned)));
  return stdout.split('\n').filter((line) => line.includes('==') && !versions.has(comparable(line)));
}

/** Names of packages are compared without case, and `_` is `-`. */
function comparable(pinned: string): string {
  return pinned.toLowerCase().replaceAll('_', '-');
}
