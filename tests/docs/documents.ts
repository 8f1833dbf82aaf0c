import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** Every document that people read, by its path below the root. */
export const documents: readonly string[] = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.posix.join('docs', file.replaceAll(path.sep, '/'))),
];

/** The text of a document. */
export function text(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** A block of code of a document. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** Where it begins, as `file:line`. */
  readonly place: string;
}

/** The fenced blocks of a document, without the indentation of a list that they stand in. */
export function blocksOf(file: string): Block[] {
  return Array.from(text(file).matchAll(/^([ ]*)```(\w*)\n([^]*?)^\1```$/gm), (match) => {
    const [, indent = '', language = '', code = ''] = match;
    const line = text(file).slice(0, match.index).split('\n').length;
    return { language, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), place: `${file}:${line}` };
  });
}

/** A document without its blocks of code. */
export function prose(file: string): string {
  return text(file).replaceAll(/^([ ]*)```\w*\n[^]*?^\1```$/gm, '');
}
