import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DefaultMaxOutput } from '../../function/catalog/family.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../../function/dialects/chat.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Failure, Streamed } from '../../function/dialects/outcome.ts';
import type { ErrorBody } from '../../function/errors.ts';
import type { Media, StoredFile } from '../../function/translate/translation.ts';
import type { Told } from './tried.ts';

/** What every pair says of itself. */
interface Pair {
  /** Why it must be so, for whoever finds it red. */
  readonly why: string;
  /** The numbers of the edge-case rules that it proves. */
  readonly rules?: readonly number[];
}

/** A pair with two sides: it holds in both directions, or says why only in its own. */
interface TwoSided {
  readonly only?: string;
}

interface RequestPair extends Pair, TwoSided {
  /** The Bedrock id that decides on the family. */
  readonly model: string;
  readonly promptCaching?: 'off' | 'auto' | 'always';
  readonly defaultMaxOutput?: DefaultMaxOutput;
  readonly media?: Readonly<Record<string, Media>>;
  readonly files?: Readonly<Record<string, StoredFile>>;
  readonly chat: ChatRequest;
  readonly converse: ConverseRequest;
  readonly ignored?: readonly string[];
  readonly streams?: boolean;
  readonly calls?: number;
}

interface RefusedPair extends Pair {
  readonly model: string;
  readonly promptCaching?: 'off' | 'auto' | 'always';
  readonly media?: Readonly<Record<string, Media>>;
  readonly files?: Readonly<Record<string, StoredFile>>;
  readonly chat: unknown;
  readonly error: Told;
}

/** The chat request is the context of an answer: the plan comes of it. */
interface AnswerPair extends Pair, TwoSided {
  readonly model?: string;
  readonly chat?: ChatRequest;
}

interface ReplyPair extends AnswerPair {
  readonly converse: ConverseResponse | readonly ConverseResponse[];
  /** One of the two. */
  readonly reply?: ChatReply;
  readonly error?: Told;
}

export type Item =
  | Streamed<ConverseEvent>
  /** One item of another than the first choice. */
  | { readonly choice: number; readonly event: Streamed<ConverseEvent> };

export interface StreamPair extends AnswerPair {
  readonly events: readonly Item[];
  readonly chunks: readonly (ChatChunk | ErrorBody)[];
}

interface FailurePair extends Pair {
  readonly failure: Failure;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
}

export interface Pairs {
  readonly request: RequestPair;
  readonly refused: RefusedPair;
  readonly reply: ReplyPair;
  readonly stream: StreamPair;
  readonly failure: FailurePair;
}

export type Kind = keyof Pairs;

interface Keys {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const context = ['rules', 'only', 'model', 'chat'];

/** The members of each kind of pair; a misspelt one would prove nothing. */
export const keys: Readonly<Record<Kind, Keys>> = {
  request: {
    required: ['why', 'model', 'chat', 'converse'],
    optional: ['rules', 'only', 'promptCaching', 'defaultMaxOutput', 'media', 'files', 'ignored', 'streams', 'calls'],
  },
  refused: { required: ['why', 'model', 'chat', 'error'], optional: ['rules', 'promptCaching', 'media', 'files'] },
  reply: { required: ['why', 'converse'], optional: [...context, 'reply', 'error'] },
  stream: { required: ['why', 'events', 'chunks'], optional: context },
  failure: { required: ['why', 'failure', 'status', 'body'], optional: ['rules', 'headers'] },
};

export const kinds = Object.keys(keys) as Kind[];

const folder = import.meta.dirname;

/** Name and content of every pair of a kind. What is not a pair fails here. */
export function pairs<K extends Kind>(kind: K, dialect: string): [name: string, pair: Pairs[K]][] {
  const directory = path.join(folder, kind, dialect);
  return readdirSync(directory).map((file) => {
    if (!file.endsWith('.json')) throw new Error(`${kind}/${dialect}/${file} is no pair: pairs are JSON files.`);
    return [file.slice(0, -'.json'.length), JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as Pairs[K]];
  });
}

/** The names in a folder of the golden data. */
export function names(...below: string[]): string[] {
  return readdirSync(path.join(folder, ...below), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || below.length > 0)
    .map(({ name }) => name);
}
