import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/gateway.ts';
import { environment } from './environment.ts';
import { casesOf, runPython, runScript, type Outcome } from './script.ts';

const run = promisify(execFile);

/** Runs something in the environment of that name. */
type Attempt = (environment: string) => Promise<Outcome[]>;

/** Time for a script and, where it fails, for making one more environment and running it there. */
export const outcomesTimeoutMs = 10 * 60 * 1000;

/**
 * How cases end in an environment. What fails with the newest clients is tried again with the newest that are known to pass:
 * where these pass, a release is to blame and not this project, so it is reported and does not fail.
 */
export async function outcomesIn(name: string, attempt: Attempt): Promise<Outcome[]> {
  const outcomes = await attempt(name);
  if (name !== 'newest' || outcomes.every(({ ok }) => ok)) return outcomes;
  const changed = await releasedSince();
  if (changed.length === 0) return outcomes;
  await run(process.execPath, [path.join(root, 'scripts', 'python.mjs'), 'known-good']);
  const again = await attempt('known-good');
  return outcomes.map((outcome) => {
    const known = again.find((each) => each.name === outcome.name);
    if (outcome.ok || !known?.ok) return outcome;
    process.stderr.write(
      `“${outcome.name}” fails with the newest Python clients and passes with known-good.txt. ` +
        `Released since: ${changed.join(', ')}. ${outcome.detail}\n`,
    );
    return known;
  });
}

/** The outcomes of a script's cases. A script that does not come to its end has failed in every case. */
export function scriptIn(script: string, env: Record<string, string>): Attempt {
  return async (name) => {
    try {
      return (await runScript(name, script, { env })).map((line) => JSON.parse(line));
    } catch (error) {
      return casesOf(script).map((title) => ({ name: title, ok: false, detail: String(error) }));
    }
  };
}

/** The outcome of a file that is to print `expected` in its first line. */
export function fileIn(
  { title, file, expected }: { title: string; file: string; expected: string },
  env: Record<string, string>,
): Attempt {
  const outcome = async (name: string): Promise<Outcome> => {
    try {
      const [first = ''] = await runPython(name, file, { env });
      const ok = first.includes(expected);
      return { name: title, ok, detail: ok ? '' : first };
    } catch (error) {
      return { name: title, ok: false, detail: String(error) };
    }
  };
  return async (name) => [await outcome(name)];
}

/** Packages of the newest environment that known-good.txt has in another version or not at all. */
async function releasedSince(): Promise<string[]> {
  const found = environment('newest');
  if ('missing' in found) return [];
  const { stdout } = await run(found.python, ['-m', 'pip', 'freeze', '--disable-pip-version-check']);
  const known = readFileSync(path.join(import.meta.dirname, 'versions', 'known-good.txt'), 'utf8');
  const versions = new Set([...known.matchAll(/^[^#\s;]+/gm)].map(([pinned]) => comparable(pinned)));
  return stdout.split('\n').filter((line) => line.includes('==') && !versions.has(comparable(line)));
}

/** Names of packages are compared without case, and `_` is `-`. */
function comparable(pinned: string): string {
  return pinned.toLowerCase().replaceAll('_', '-');
}
