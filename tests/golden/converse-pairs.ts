import type { ChatChunk, ChatReply, ChatRequest } from '../../function/dialects/chat.gen.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Failure, Streamed } from '../../function/dialects/outcome.ts';
import type { ConverseException } from '../../function/translate/translation.ts';
import { pairs, type Kind } from './pairs.ts';
import type { Told } from './tried.ts';

/** What every pair says of itself, as in pairs.ts. */
interface Pair {
  readonly why: string;
  readonly rules?: readonly number[];
  readonly only?: string;
}

/** Converse in front, Chat Completions behind. */
interface ConversePairs {
  readonly request: Pair & {
    /** What the catalog's target names. */
    readonly model: string;
    readonly converse: ConverseRequest;
    readonly chat: ChatRequest;
    readonly ignored?: readonly string[];
  };
  readonly refused: Pair & {
    readonly model: string;
    readonly converse: unknown;
    readonly error: Told & { readonly param: string };
  };
  readonly reply: Pair & {
    /** The request, where the answer hangs on it. */
    readonly converse?: ConverseRequest;
    readonly chat: ChatReply;
    /** Whose form the answer has, where it is not OpenAI's. */
    readonly server?: string;
    /** One of the two. */
    readonly reply?: ConverseResponse;
    readonly error?: { readonly status: number; readonly message: string };
  };
  readonly stream: Pair & {
    readonly converse?: ConverseRequest;
    readonly chunks: readonly Streamed<ChatChunk>[];
    /** Whose form the chunks have, where it is not OpenAI's. */
    readonly server?: string;
    readonly events: readonly (ConverseEvent | ConverseException)[];
  };
  readonly failure: Pair & {
    readonly failure: Failure;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: { readonly message: string };
    /** What it is called in a stream. */
    readonly exception: string;
  };
}

export type ConverseStreamPair = ConversePairs['stream'];

/** The members of each kind of pair: the required first. A misspelt one would prove nothing. */
export const converseKeys: Readonly<Record<Kind, readonly [required: readonly string[], optional: readonly string[]]>> =
  {
    request: [
      ['why', 'model', 'converse', 'chat'],
      ['rules', 'only', 'ignored'],
    ],
    refused: [['why', 'model', 'converse', 'error'], ['rules']],
    reply: [
      ['why', 'chat'],
      ['rules', 'only', 'server', 'converse', 'reply', 'error'],
    ],
    stream: [
      ['why', 'chunks', 'events'],
      ['rules', 'only', 'server', 'converse'],
    ],
    failure: [['why', 'failure', 'status', 'headers', 'body', 'exception'], ['rules']],
  };

export function conversePairs<K extends Kind>(kind: K): [name: string, pair: ConversePairs[K]][] {
  return pairs(kind, 'converse') as unknown as [string, ConversePairs[K]][];
}
