import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root } from '../support/gateway.ts';

/** Python as the tests need it, or why there is none. */
export type Environment = { readonly python: string } | { readonly missing: string };

const folder = path.join(root, '.venv');
const binary = process.platform === 'win32' ? path.join('Scripts', 'python.exe') : path.join('bin', 'python');

/** What scripts/python.mjs has noted of the environment that it made. */
interface State {
  readonly requirements?: string;
  readonly unusable?: string;
}

/** The environment that `npm test` makes, if it is the one of today's requirements. */
export const environment: Environment = read();

function read(): Environment {
  const { requirements, unusable } = state();
  if (unusable !== undefined) return { missing: unusable };
  const wanted = createHash('sha256').update(readFileSync(path.join(root, 'tests/python/requirements.txt')));
  if (requirements !== wanted.digest('hex')) return { missing: '.venv is not made: run `npm test`' };
  return { python: path.join(folder, binary) };
}

function state(): State {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'state.json'), 'utf8'));
  } catch {
    return {};
  }
}
