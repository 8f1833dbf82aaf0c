import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root } from '../support/gateway.ts';

/** Python as the tests need it, or why there is none. */
export type Environment = { readonly python: string } | { readonly missing: string };

const binary = process.platform === 'win32' ? path.join('Scripts', 'python.exe') : path.join('bin', 'python');

/** What scripts/python.mjs has noted of an environment that it made. */
interface State {
  readonly requirements?: string;
  readonly unusable?: string;
}

/** The environment of that name that `npm test` makes, if it is the one of today's requirements. */
export function environment(name: string): Environment {
  const { requirements, unusable } = state(name);
  if (unusable !== undefined) return { missing: unusable };
  const wanted = createHash('sha256').update(readFileSync(path.join(import.meta.dirname, 'versions', `${name}.txt`)));
  if (requirements !== wanted.digest('hex')) return { missing: `.venv/${name} is not made: run \`npm test\`` };
  return { python: path.join(root, '.venv', name, binary) };
}

function state(name: string): State {
  try {
    return JSON.parse(readFileSync(path.join(root, '.venv', name, 'state.json'), 'utf8'));
  } catch {
    return {};
  }
}
