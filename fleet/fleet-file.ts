import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv } from 'ajv';
import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';

import { complaint } from './complaints.ts';
import { resolveCustomers } from './customers.ts';
import type { Customer, CustomerEntry } from './customers.ts';
import schema from './customers.schema.json' with { type: 'json' };

/** Error for a file of customers that needs a change; each line of its message names a line, the customer and the fix. */
export class FleetFileError extends Error {}

/** Where the states of the stacks are, as the file says it. */
export interface StateSettings {
  readonly backend?: string;
  readonly organization?: string;
  readonly secretsProvider?: string;
  readonly passphraseVariable?: string;
  readonly passphraseFile?: string;
}

/** The file of customers, checked, with the defaults filled in. */
export interface Fleet {
  /** The absolute path of the folder of the file; relative paths in it start there. */
  readonly folder: string;
  readonly state: StateSettings;
  readonly customers: readonly Customer[];
}

interface FileContent {
  readonly state?: StateSettings;
  readonly defaults?: CustomerEntry | null;
  readonly customers: Readonly<Record<string, CustomerEntry | null>>;
}

/** A problem at a path of the file. */
export interface Problem {
  readonly at: readonly string[];
  readonly text: string;
}

/** Reads a file of customers. Throws a FleetFileError with all of its problems. */
export function readFleet(file: string): Fleet {
  return parseFleet(read(file), file);
}

/** Reads the text of a file of customers, which errors call by `file`. Throws a FleetFileError with all of its problems. */
export function parseFleet(text: string, file: string): Fleet {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  if (document.errors.length > 0)
    throw new FleetFileError(
      document.errors.map(({ message, pos }) => `${file}:${lineOf(pos[0])}: ${firstLine(message)}`).join('\n'),
    );
  const content: unknown = document.toJS();
  const problems = structureProblems(content);
  const resolved = isContent(content, problems) ? resolveCustomers(content) : { customers: [], problems: [] };
  const all = [...problems, ...resolved.problems];
  if (all.length > 0)
    throw new FleetFileError(
      all
        .map((problem) => ({ line: lineOf(offsetOf(document, problem.at)), text: describe(problem) }))
        .toSorted((one, other) => one.line - other.line)
        .map((each) => `${file}:${each.line}: ${each.text}`)
        .join('\n'),
    );
  const { state = {} } = isContent(content, problems) ? content : {};
  return { folder: path.dirname(path.resolve(file)), state, customers: resolved.customers };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new FleetFileError(
      `there is no file ${file}: name it with --file, or begin with a copy of docs/customers.example.yaml`,
    );
  }
}

const validate = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false }).compile(schema);

function structureProblems(content: unknown): Problem[] {
  if (validate(content)) return [];
  return (validate.errors ?? []).flatMap((error) => complaint(error) ?? []);
}

/** Whether the structure is that of a file of customers. */
function isContent(_content: unknown, problems: readonly Problem[]): _content is FileContent {
  return problems.length === 0;
}

/** The customer, or the part of the file, and what is wrong with it. */
function describe({ at: [part, name, ...rest], text }: Problem): string {
  const place = part === 'customers' ? [name, rest.join('.')] : [part, [name, ...rest].filter(Boolean).join('.')];
  return [...place.filter((each) => each !== undefined && each !== ''), text].join(': ');
}

/** The offset of the deepest part of a path that is in the text: its key, if it has one. */
function offsetOf(document: Document, at: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of at) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
    const next = pair ?? (isNode(node) && 'get' in node ? childOf(node, step) : undefined);
    if (next === undefined) break;
    const start = isPair(next) ? next.key : next;
    offset = isNode(start) ? (start.range?.[0] ?? offset) : offset;
    node = isPair(next) ? next.value : next;
  }
  return offset;
}

function childOf(node: object, step: string): unknown {
  const { get } = node as { get?: (key: number, keepScalar: boolean) => unknown };
  return /^\d+$/.test(step) ? get?.call(node, Number(step), true) : undefined;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/ at line .*$/, '') ?? '';
}
