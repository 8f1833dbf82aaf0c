// `npm test`, under the project's Node: the checks, then the tests; the last line counts both.
import path from 'node:path';
import process from 'node:process';
import { letGo, root, start } from './children.mjs';
import { vitest } from './vitest.mjs';

const bin = (name) => path.join(root, 'node_modules', '.bin', name);

/** Steps before the checks, each a program and its arguments; one that fails ends the run. */
const prepare = [{ name: 'compile validators', run: [process.execPath, path.join(root, 'schemas', 'compile.ts')] }];

/** What is built while the checks begin, for the tests. */
const build = [{ name: 'bundle', run: [process.execPath, path.join(root, 'tests', 'build-bundle.ts')] }];

/** The checks, each of which counts as one test. */
const checks = [
  { name: 'types (tsc)', run: [bin('tsc'), '--singleThreaded'] },
  { name: 'lint (oxlint)', run: [bin('oxlint')] },
  { name: 'format (oxfmt)', run: [bin('oxfmt'), '--check'] },
  { name: 'unused code (knip)', run: [bin('knip')] },
];

/**
 * Environment of the checks, which collect garbage rarely: most of what they hold lives until they end. The compiler and the linter's reader of
 * types are written in Go and need less than 3 GiB each; on one thread they do less work twice, and the tests keep the other core busy.
 * knip is a Node program.
 */
const checkEnv = {
  ...process.env,
  GOGC: 'off',
  GOMEMLIMIT: '3GiB',
  GOMAXPROCS: '1',
  NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --max-semi-space-size=64`.trim(),
};

process.exitCode = await main(process.argv.slice(2).filter((word) => word !== '--'));
letGo();

/** Runs the checks and the tests at the same time, or only the tests that arguments choose (a pattern, `-t name`). */
async function main(testArguments) {
  const totals = [await all(prepare, { counted: false })];
  if (totals[0].failed === 0) totals.push(...(await Promise.all(runs(testArguments))));
  for (const reason of totals.flatMap(({ reasons = [] }) => reasons)) console.log(`SKIP ${reason}`);
  const sum = (key) => totals.reduce((total, each) => total + each[key], 0);
  const failed = sum('failed');
  console.log(`${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
  return failed > 0 ? 1 : 0;
}

function runs(testArguments) {
  if (testArguments.length > 0) return [chosen(testArguments)];
  return [all(checks, { counted: true }), allTests()];
}

/** Runs all tests; those that need the bundle report why it could not be built. */
async function allTests() {
  const { failed } = await all(build, { counted: false });
  const result = await vitest([]);
  return { ...result, failed: result.failed + failed };
}

/** Runs the chosen tests; reports patterns that no file matches. */
async function chosen(testArguments) {
  const result = await vitest(testArguments);
  const isWord = (word, index) =>
    !word.startsWith('-') && !/^-(t|-testNamePattern)$/.test(testArguments[index - 1] ?? '');
  if (result.files === 0) console.log(`FAIL there is no test in ${testArguments.filter(isWord).join(', ')}`);
  return result;
}

async function all(steps, { counted }) {
  const results = await Promise.all(steps.map(report));
  const failed = results.filter((passed) => !passed).length;
  return { passed: counted ? results.length - failed : 0, failed, skipped: 0 };
}

/** Runs a step, and prints its output only if it fails. */
async function report({ name, run: [command, ...args] }) {
  const output = [];
  const code = await start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], output, env: checkEnv });
  if (code === 0) console.log(`PASS ${name}`);
  else console.log(`FAIL ${name}\n${Buffer.concat(output).toString()}`);
  return code === 0;
}
