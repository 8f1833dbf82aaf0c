// Everything that `npm test` proves, under the project's Node: the checks, then jest; the last line counts both.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

/** What must stand before anything is checked. Each is a program and its arguments; one that fails ends the run. */
const prepare = [{ name: 'compile validators', run: [process.execPath, path.join(root, 'schemas', 'compile.ts')] }];

/** Each counts as one test. */
const checks = [
  { name: 'types (tsc)', run: [bin('tsc')] },
  { name: 'lint (oxlint)', run: [bin('oxlint')] },
  { name: 'format (oxfmt)', run: [bin('oxfmt'), '--check'] },
  { name: 'unused code (knip)', run: [bin('knip')] },
];

// The channel to whoever started this closes when they die; the children then get the signal that nobody else sends.
const children = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
process.on('disconnect', () => stop('SIGTERM'));

process.exitCode = await main(process.argv.slice(2));
if (process.connected) process.disconnect();

/** Arguments are jest's (a pattern, `-t name`): with them only jest runs. */
async function main(jestArguments) {
  const totals = [await all(prepare, { counted: false })];
  if (totals[0].failed === 0) {
    const python = makePython();
    if (jestArguments.length === 0) totals.push(await all(checks, { counted: true }));
    await python;
    totals.push(await jest(jestArguments));
  }
  const sum = (key) => totals.reduce((total, each) => total + each[key], 0);
  const failed = sum('failed');
  console.log(`${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
  return failed > 0 ? 1 : 0;
}

/** Beside the checks, since it takes a minute the first time; tests say for themselves what they miss without it. */
async function makePython() {
  await start(process.execPath, [path.join(root, 'scripts', 'python.mjs')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

async function all(steps, { counted }) {
  const results = await Promise.all(steps.map(report));
  const failed = results.filter((passed) => !passed).length;
  return { passed: counted ? results.length - failed : 0, failed, skipped: 0 };
}

/** Runs one step; what it says is shown only when it fails. */
async function report({ name, run: [command, ...args] }) {
  const said = [];
  const code = await start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], said });
  if (code === 0) console.log(`PASS ${name}`);
  else console.log(`FAIL ${name}\n${Buffer.concat(said).toString()}`);
  return code === 0;
}

async function jest(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-test-'));
  const outputFile = path.join(folder, 'jest.json');
  try {
    const compact = [`--reporters=${path.join(root, 'scripts', 'jest-reporter.mjs')}`];
    // Ours come last: `--reporters` takes every plain word after it.
    const flags = [...args, '--json', '--outputFile', outputFile, ...compact];
    const code = await start(process.execPath, [path.join(root, 'node_modules/jest/bin/jest.js'), ...flags], {
      // The reporter speaks on jest's standard error, which is our standard output.
      stdio: ['ignore', 'ignore', process.stdout.fd],
    });
    return count(outputFile, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(outputFile, code) {
  const result = resultOf(outputFile);
  if (!result) return { passed: 0, failed: 1, skipped: 0 };
  // A file that does not even load has no tests to fail.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function resultOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log('FAIL jest ended without a result');
    return undefined;
  }
}

function start(command, args, { stdio, said }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio });
    children.add(child);
    child.stdout?.on('data', (chunk) => said?.push(chunk));
    child.stderr?.on('data', (chunk) => said?.push(chunk));
    child.on('error', (error) => {
      said?.push(Buffer.from(error.message));
      children.delete(child);
      resolve(1);
    });
    child.on('close', (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

function stop(signal) {
  for (const child of children) child.kill(signal);
}
