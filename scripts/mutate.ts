// `npm run mutate`: how many small faults in function/ the tests notice. It draws mutants by a seed, applies each to a copy of the
// repository, and runs the type check and the tests there, the nearest first. A mutant that nothing notices survives, and is listed.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsOf, randomBy, sample, type Mutant } from './mutants.ts';

const root = path.resolve(import.meta.dirname, '..');

const help = `Usage: npm run mutate -- [options]

  --seed <n>      which mutants are drawn: a seed draws the same ones from the same sources (default: from the time)
  --count <n>     how many (default 150)
  --only <text>   draw from files whose path contains this text
  --jobs <n>      how many run side by side (default 2)
  --near          run the nearest tests alone: quick, and some survivors are none
  --list          print the sample, and run nothing
`;

/** A folder of function/ has at least so many mutants in a sample. */
const leastOfFolder = 3;

/** A step that takes longer counts as noticed: the mutant waits for something that never comes. Ten times what the longest takes. */
const stepTimeoutMs = 20 * 60_000;

/** Tests that reach function/ by no mutant, and those that need Python. */
const far = [
  'tests/python/**',
  'tests/engine/**',
  'tests/infra/**',
  'tests/scripts/**',
  'tests/bench/**',
  'tests/docs/**',
];

/** What noticed a mutant, or `nothing`. */
interface Verdict {
  readonly by: 'types' | 'nearest tests' | 'tests' | 'time' | 'nothing';
  readonly ms: number;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    count: { type: 'string', default: '150' },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    near: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else process.exitCode = await main(Number(values.seed ?? Math.floor(Date.now() / 1000)));

async function main(seed: number): Promise<number> {
  const groups = groupsOf(sourceFiles(values.only));
  const drawn = sample(groups, { count: Number(values.count), least: leastOfFolder, random: randomBy(seed) });
  console.log(`Seed ${seed}: ${drawn.length} of ${[...groups.values()].flat().length} mutants`);
  if (values.list) for (const mutant of drawn) console.log(described(mutant));
  return values.list ? 0 : report(await tryAll(drawn));
}

/** The hand-written files of function/ whose path contains `text`. */
function sourceFiles(text: string): string[] {
  return git('ls-files', 'function').filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.gen.ts') && file.includes(text),
  );
}

function git(...args: string[]): string[] {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
}

function groupsOf(files: readonly string[]): Map<string, Mutant[]> {
  const mutants = files.flatMap((file) => mutantsOf(file, readFileSync(path.join(root, file), 'utf8')));
  return Map.groupBy(mutants, ({ file }) => folderOf(file));
}

/** `function/auth` for a file in or below it, `function` for one that is in no folder. */
function folderOf(file: string): string {
  return path.dirname(file).split('/').slice(0, 2).join('/');
}

/** Tries the mutants in as many copies of the repository as there are jobs. */
async function tryAll(drawn: readonly Mutant[]): Promise<Map<Mutant, Verdict>> {
  const waiting = [...drawn];
  const verdicts = new Map<Mutant, Verdict>();
  async function work(): Promise<void> {
    const copy = await makeCopy();
    try {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const verdict = await tryOne(mutant, copy);
        verdicts.set(mutant, verdict);
        const seconds = Math.round(verdict.ms / 1000);
        console.log(`${verdicts.size}/${drawn.length}  ${verdict.by} (${seconds} s)  ${described(mutant)}`);
      }
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  return verdicts;
}

/** Makes a copy of the repository as it is, with the packages and environments of the original. */
async function makeCopy(): Promise<string> {
  const copy = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-mutants-'));
  for (const file of git('ls-files', '--cached', '--others', '--exclude-standard')) {
    if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(copy, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  if ((await run(copy, ['schemas/compile.ts'])) !== 'passed') throw new Error('the validators do not compile');
  return copy;
}

async function tryOne({ file, start, end, text }: Mutant, copy: string): Promise<Verdict> {
  const place = path.join(copy, file);
  const source = readFileSync(place, 'utf8');
  const began = performance.now();
  writeFileSync(place, source.slice(0, start) + text + source.slice(end));
  try {
    for (const { by, args } of stepsFor(file)) {
      const result = await run(copy, args);
      if (result !== 'passed') return { by: result === 'late' ? 'time' : by, ms: performance.now() - began };
    }
    return { by: 'nothing', ms: performance.now() - began };
  } finally {
    writeFileSync(place, source);
  }
}

/** How a mutant of a file is tried: the quickest step first. */
function stepsFor(file: string): readonly { readonly by: Verdict['by']; readonly args: readonly string[] }[] {
  const tests = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--reporter=dot', '--maxWorkers=1'];
  const [, folder = ''] = folderOf(file).split('/');
  const near =
    folder === ''
      ? ['tests/app', 'tests/handler', 'tests/log', 'tests/config', 'tests/services']
      : [`tests/${folder}/`];
  // Golden pairs are the tests of the translators.
  if (/^(?:translate|dialects|catalog|validate)$/.test(folder)) near.push('tests/golden/');
  const nearest = [
    // The packages of all copies are the same folder, what was checked before is not.
    { by: 'types', args: ['node_modules/@typescript/native/bin/tsc', '--tsBuildInfoFile', 'tsc.tsbuildinfo'] },
    { by: 'nearest tests', args: [...tests, ...near] },
  ] as const;
  const all = { by: 'tests', args: [...tests, ...far.map((each) => `--exclude=${each}`)] } as const;
  return values.near ? [...nearest] : [...nearest, all];
}

/** Runs a program under this Node in a copy, silently. */
function run(cwd: string, args: readonly string[]): Promise<'passed' | 'failed' | 'late'> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'ignore', env: { ...process.env, CI: 'true' } });
    const timer = setTimeout(() => {
      resolve('late');
      child.kill('SIGKILL');
    }, stepTimeoutMs);
    child.on('error', () => resolve('failed'));
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? 'passed' : 'failed');
    });
  });
}

function report(verdicts: ReadonlyMap<Mutant, Verdict>): number {
  const folders = Map.groupBy(verdicts, ([{ file }]) => folderOf(file));
  console.log('');
  for (const [folder, tried] of [...folders].toSorted(([one], [other]) => one.localeCompare(other))) {
    console.log(`${folder}: ${noticed(tried)} of ${tried.length} noticed`);
  }
  const all = [...verdicts];
  console.log(`all: ${noticed(all)} of ${all.length} noticed (${((100 * noticed(all)) / all.length).toFixed(1)} %)`);
  const survivors = all.filter(([, { by }]) => by === 'nothing');
  for (const [mutant] of survivors) console.log(`survives: ${described(mutant)}`);
  return survivors.length === 0 ? 0 : 1;
}

function noticed(tried: readonly (readonly [Mutant, Verdict])[]): number {
  return tried.filter(([, { by }]) => by !== 'nothing').length;
}

function described({ file, line, kind, start, end, text }: Mutant): string {
  const before = readFileSync(path.join(root, file), 'utf8').slice(start, end);
  return `${file}:${line} ${kind}: ${short(before)} → ${text.trim() === '' ? 'nothing' : short(text)}`;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}
