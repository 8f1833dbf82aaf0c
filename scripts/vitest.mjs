import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root, start } from './children.mjs';
import { runVariable } from './environments.mjs';
import { resultVariable } from './test-reporter.mjs';

const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');

/** Runs vitest with these arguments, prints one line per file, and returns the numbers of tests. */
export async function vitest(args, { env = process.env } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-test-'));
  const file = path.join(folder, 'result.json');
  try {
    const reporter = `--reporter=${path.join(root, 'scripts', 'test-reporter.mjs')}`;
    const code = await start(process.execPath, [program, 'run', ...args, reporter], {
      stdio: ['ignore', process.stdout.fd, process.stdout.fd],
      env: { [runVariable]: `${process.pid}-${Date.now()}`, ...env, [resultVariable]: file },
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
