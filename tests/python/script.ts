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
  const source = readFileSync(path.join(__dirname, script), 'utf8');
  return [...source.matchAll(/^@case\("(.*)"\)$/gm)].map(([, name = '']) => name);
}

/** What a script prints, line by line; rejects when it fails. Its environment is what is given here, and no more. */
export async function runScript(
  script: string,
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
): Promise<string[]> {
  if ('missing' in environment) throw new Error(environment.missing);
  // -B: no bytecode beside the sources.
  const child = spawn(environment.python, ['-B', path.join(__dirname, script)], {
    env: { PATH: process.env['PATH'], PYTHONUTF8: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  // One that ends early, and so leaves its input, says why by its exit code.
  child.stdin.on('error', () => undefined).end(input);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${script} ended with ${String(code)}: ${said.stderr}`);
  return said.stdout.split('\n').filter((line) => line !== '');
}
