// Node strips the types of every TypeScript file again with each start, which takes 0.4 s for the local stack: here, what was
// stripped once is kept below node_modules, by the hash of the source. Plain JavaScript, since it is loaded before there is any
// TypeScript; to be imported first.
// @ts-check
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'node_modules', '.cache', 'stripped', process.version);
const packages = path.join(root, 'node_modules') + path.sep;

const hooks = registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !/\.ts(?:\?|$)/.test(url)) return nextLoad(url, context);
    const file = fileURLToPath(url);
    // Node refuses TypeScript in packages, and says so.
    if (file.startsWith(packages)) return nextLoad(url, context);
    return { format: 'module', source: stripped(readFileSync(file, 'utf8')), shortCircuit: true };
  },
});

/** Leaves what is loaded from now on to Node. */
export function withoutCache() {
  hooks.deregister();
}

/**
 * @param {string} source
 * @returns {string}
 */
function stripped(source) {
  const kept = path.join(folder, `${hash('sha256', source)}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const text = strip(source);
    keep(kept, text);
    return text;
  }
}

/**
 * Without Node's warning that this is experimental, which a function's thread would print with the first start after an installation.
 * @param {string} source
 * @returns {string}
 */
function strip(source) {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and never called from here
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Replaces the file at once, since other processes may read it. A folder that cannot be written makes no difference.
 * @param {string} file
 * @param {string} text
 */
function keep(file, text) {
  try {
    mkdirSync(folder, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch {
    // What is not kept is stripped again with the next start.
  }
}
