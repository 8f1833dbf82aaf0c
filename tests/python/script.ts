import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { environment } from './environment.ts';

/** Output of a script, line by line, and the reason if it failed. */
export interface Printed {
  readonly lines: readonly string[];
  readonly error?: string;
}

/** Runs a script of this folder, or at an absolute path, and returns what it printed. Throws if it fails. */
export async function runPython(name: string, script: string, input: string): Promise<readonly string[]> {
  const { lines, error } = await tryPython(name, script, input);
  if (error !== undefined) throw new Error(error);
  return lines;
}

/** Starts a script in an environment. Of this process's variables it has PATH alone. */
export async function startPython(name: string, script: string): Promise<ChildProcessWithoutNullStreams> {
  const found = await environment(name);
  if ('missing' in found) throw new Error(found.missing);
  return spawn(found.python, [path.resolve(import.meta.dirname, script)], {
    env: { PATH: process.env['PATH'], PYTHONUTF8: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs a script in an environment, as `startPython` starts it. */
export async function tryPython(name: string, script: string, input: string): Promise<Printed> {
  const child = await startPython(name, script);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  // One that ends early, and so leaves its input, says why by its exit code.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const lines = said.stdout.split('\n').filter((line) => line !== '');
  return code === 0 ? { lines } : { lines, error: `${script} ended with ${String(code)}: ${said.stderr}` };
}
