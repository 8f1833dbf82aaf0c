import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A handler as the module exports it. */
export type Handler = (...args: readonly unknown[]) => unknown;

/** The order in which Lambda's loader looks for the module. */
const extensions = ['', '.js', '.mjs', '.cjs'];

/**
 * Loads `index.buffered`: the module `index`, its export `buffered`. Rejects as Lambda does where the module or the export is
 * missing.
 */
export async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const folder = path.dirname(name);
  const [file = '', ...exports] = path.basename(name).split('.');
  const base = path.join(taskRoot, folder, file);
  const found = extensions.map((extension) => base + extension).find(existsSync);
  if (found === undefined) throw failure('Runtime.ImportModuleError', `Cannot find module '${file}'`);
  const module: unknown = await import(pathToFileURL(found).href);
  const handler = exports.reduce<unknown>(member, module);
  if (!isHandler(handler)) throw failure('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  return handler;
}

function member(from: unknown, name: string): unknown {
  if (typeof from !== 'object' || from === null) return undefined;
  return Object.getOwnPropertyDescriptor(from, name)?.value;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function failure(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
