import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root, start } from './children.mjs';

/** Runs jest with these arguments, prints one line per file, and returns the numbers of tests. */
export async function jest(args, env = process.env) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-test-'));
  const outputFile = path.join(folder, 'jest.json');
  try {
    const compact = [`--reporters=${path.join(root, 'scripts', 'jest-reporter.mjs')}`];
    // The own arguments come last: `--reporters` takes every plain word after it.
    const flags = [...args, '--json', '--outputFile', outputFile, ...compact];
    const code = await start(process.execPath, [path.join(root, 'node_modules/jest/bin/jest.js'), ...flags], {
      // The reporter writes to jest's standard error, which goes to the standard output here.
      stdio: ['ignore', 'ignore', process.stdout.fd],
      env,
    });
    return count(outputFile, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(outputFile, code) {
  const result = resultOf(outputFile);
  if (!result) return { passed: 0, failed: 1, skipped: 0, reasons: [] };
  // A file that fails to load has no tests that could fail.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: result.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
    reasons: reasonsOf(result),
  };
}

/** The reasons of skipped tests, each once; `needs` in tests/support/skip.ts adds them to the names of blocks. */
function reasonsOf({ testResults = [] }) {
  const skipped = testResults.flatMap(({ assertionResults }) => assertionResults.filter(isSkipped));
  const reasons = skipped.flatMap(({ ancestorTitles }) => ancestorTitles.map((title) => skipReason.exec(title)?.[1]));
  return [...new Set(reasons.filter(Boolean))];
}

const skipReason = / \(skipped: (.+)\)$/;

function isSkipped({ status }) {
  return status === 'pending';
}

function resultOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log('FAIL jest ended without a result');
    return undefined;
  }
}
