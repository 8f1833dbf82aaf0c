import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { runVariable } from '../../scripts/environments.mjs';
import { root } from '../support/gateway.ts';

/** Python as the tests need it, or why there is none. */
export type Environment = { readonly python: string } | { readonly missing: string };

const found = new Map<string, Promise<Environment>>();

/** The environment of that name, which is made if there is none yet. Other processes that need it at the same time wait for it. */
export function environment(name: string): Promise<Environment> {
  const known = found.get(name) ?? find(name);
  found.set(name, known);
  return known;
}

async function find(name: string): Promise<Environment> {
  // `npm test` makes the environments as well, and prints what there is to say. The channel ends the script with this process.
  const stderr = process.env[runVariable] === undefined ? 'inherit' : 'ignore';
  const stdio = ['ignore', 'pipe', stderr, 'ipc'] as const;
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'python.mjs'), name], { stdio: [...stdio] });
  if (child.stdout === null) throw new Error('the script has no output');
  return JSON.parse(await text(child.stdout))[name];
}

/** The first reason why one of the environments is missing. */
export async function missingOf(names: readonly string[]): Promise<string | undefined> {
  const environments = await Promise.all(names.map(environment));
  return environments.flatMap((each) => ('missing' in each ? [each.missing] : []))[0];
}
