import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root, start } from './children.mjs';

const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** Runs vitest with these arguments, prints one line per file, and returns the numbers of tests. */
export async function vitest(args, env = process.env) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-test-'));
  const outputFile = path.join(folder, 'vitest.json');
  try {
    const reporter = path.join(root, 'scripts', 'test-reporter.mjs');
    const flags = [`--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${outputFile}`];
    const code = await start(process.execPath, [program, 'run', ...args, ...flags], {
      stdio: ['ignore', process.stdout.fd, process.stdout.fd],
      env,
    });
    return count(outputFile, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The paths of the test files that match the patterns, without running one. */
export async function listTests(patterns) {
  const output = [];
  await start(process.execPath, [program, 'list', ...patterns, '--filesOnly', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    output,
  });
  const text = Buffer.concat(output).toString();
  return text.trim() === '' ? [] : JSON.parse(text).map(({ file }) => path.relative(root, file));
}

function count(outputFile, code) {
  const result = resultOf(outputFile);
  if (!result) return { passed: 0, failed: 1, skipped: 0, reasons: [] };
  // A file that fails to load has no tests that could fail.
  const unloaded = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(hasFailed),
  );
  const failed = result.numFailedTests + unloaded.length;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
    reasons: reasonsOf(result),
  };
}

function hasFailed({ status }) {
  return status === 'failed';
}

/** The reasons of skipped tests, each once; `needs` in tests/support/skip.ts adds them to the names of blocks. */
function reasonsOf({ testResults }) {
  const skipped = testResults.flatMap(({ assertionResults }) => assertionResults.filter(isSkipped));
  const reasons = skipped.flatMap(({ ancestorTitles }) => ancestorTitles.map((title) => skipReason.exec(title)?.[1]));
  return [...new Set(reasons.filter(Boolean))];
}

const skipReason = / \(skipped: (.+)\)$/;

function isSkipped({ status }) {
  return status === 'pending' || status === 'skipped';
}

function resultOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log('FAIL vitest ended without a result');
    return undefined;
  }
}
