import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { environment } from './environment.ts';

/** How one case of a script has ended, as `cases.py` prints it. */
export interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** The names of a script's cases, without running it: tests are named before anything has started. */
export function casesOf(script: string): string[] {
  const source = readFileSync(path.join(import.meta.dirname, script), 'utf8');
  return [...source.matchAll(/^@case\("(.*)"\)$/gm)].map(([, name = '']) => name);
}

interface Run {
  readonly env?: Record<string, string>;
  readonly input?: string;
}

/** What a script prints in an environment, line by line; rejects when it fails. Its variables are what is given here, and no more. */
export function runScript(name: string, script: string, given: Run = {}): Promise<string[]> {
  return runPython(name, path.join(import.meta.dirname, script), given);
}

/** Runs a Python file at any path and returns the lines of its output. Throws where it fails. */
export async function runPython(name: string, file: string, { env = {}, input = '' }: Run = {}): Promise<string[]> {
  const found = environment(name);
  if ('missing' in found) throw new Error(found.missing);
  const child = spawn(found.python, [file], {
    // Bytecode lies with the environment, and not beside the sources.
    env: { PATH: process.env['PATH'], PYTHONUTF8: '1', PYTHONPYCACHEPREFIX: bytecodeOf(found.python), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  // One that ends early, and so leaves its input, says why by its exit code.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${path.basename(file)} ended with ${String(code)}: ${said.stderr}`);
  return said.stdout.split('\n').filter((line) => line !== '');
}

function bytecodeOf(python: string): string {
  return path.resolve(python, '..', '..', 'bytecode');
}
