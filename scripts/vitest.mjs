import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root, start } from './children.mjs';
import { resultVariable } from './test-reporter.mjs';

const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** The variable that identifies a run: what could not be made in it is not tried again. */
export const runVariable = 'BEDROCK_GATEWAY_TEST_RUN';

/**
 * Runs vitest with these arguments, prints one line per file, and returns the numbers of tests. The named Python environments are
 * made meanwhile; tests wait for those that they need.
 */
export async function vitest(args, { env = process.env, python = [] } = {}) {
  const ofRun = { ...env, [runVariable]: `${process.pid}-${Date.now()}` };
  const [result] = await Promise.all([runVitest(args, ofRun), python.length > 0 && makePython(python, ofRun)]);
  return result;
}

/** Tests ask for them again, and report what is missing. */
function makePython(names, env) {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  return start(process.execPath, [path.join(root, 'scripts', 'python.mjs'), ...names], { stdio, env });
}

async function runVitest(args, env) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-test-'));
  const file = path.join(folder, 'result.json');
  try {
    const reporter = `--reporter=${path.join(root, 'scripts', 'test-reporter.mjs')}`;
    const code = await start(process.execPath, [program, 'run', ...args, reporter], {
      stdio: ['ignore', process.stdout.fd, process.stdout.fd],
      env: { ...env, [resultVariable]: file },
    });
    const result = resultOf(file);
    return code !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function resultOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log('FAIL vitest ended without a result');
    return { passed: 0, failed: 1, skipped: 0, reasons: [] };
  }
}
