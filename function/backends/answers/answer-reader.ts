import type { Failure, Outcome, Streamed } from '../../dialects/outcome.ts';
import type { CallContext } from '../backend.ts';

/** A parsed JSON object of which nothing is known yet. */
export type Value = Readonly<Record<string, unknown>>;

/** What a reader needs to know of a request to read its answer. */
export interface AnswerContext {
  /** The service's name in the message of a failure. */
  readonly service: string;
  /** How many choices were requested. Where it is one, whatever arrives is that one. */
  readonly choices: number;
  /** Used where the server sends no id or time, and in the ids of calls that have none. */
  readonly stamp: NonNullable<CallContext['stamp']>;
}

/**
 * Parses one JSON item of a stream: appends its events to `out`, and returns the failure that the item reports or causes. State belongs to
 * one stream.
 */
export type ItemParser<Event> = (value: Value, out: Streamed<Event>[]) => Failure | undefined;

/**
 * Reads the answers of a dialect. Servers differ in what they omit, write as null or name differently; the results have exactly the shape
 * of `dialects/`, so no other code checks them again. Fields that OpenAI does not know are kept.
 */
export interface AnswerReader<Request, Reply, Event> {
  /** The number of choices that a request asks for. */
  readonly choices: (request: Request) => number;
  readonly reply: (value: Value, context: AnswerContext) => Outcome<Reply>;
  readonly chunks: (context: AnswerContext) => ItemParser<Event>;
}

/** The stamp of calls that have none. */
const noStamp: AnswerContext['stamp'] = { id: '', created: 0 };

/** The context for reading the answer to a request. */
export function answerContext<Request>(
  request: Request,
  { choices }: Pick<AnswerReader<Request, unknown, unknown>, 'choices'>,
  { service, stamp = noStamp }: { service: string; stamp?: CallContext['stamp'] },
): AnswerContext {
  return { service, choices: choices(request), stamp };
}
