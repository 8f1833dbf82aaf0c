import type { Failure, Outcome, Streamed } from '../../dialects/outcome.ts';
import type { CallContext } from '../backend.ts';

/** A parsed JSON object of which nothing is known yet. */
export type Value = Readonly<Record<string, unknown>>;

/** What was context, as far as an answer cannot be read without it. */
export interface AnswerContext {
  /** Who answers, for the words of a failure. */
  readonly service: string;
  /** How many choices there are to be. Where it is one, whatever comes is that one. */
  readonly choices: number;
  /** Stands where the server names no id or time, and in the ids of calls that have none. */
  readonly stamp: NonNullable<CallContext['stamp']>;
}

/**
 * Reads one parsed item of a stream: what it says is appended to `out`, and a failure that it tells, or is, is returned.
 * Belongs to one stream.
 */
export type ItemParser<Event> = (value: Value, out: Streamed<Event>[]) => Failure | undefined;

/**
 * The one reader of a dialect's answers. Servers differ in what they leave out, write as null or call otherwise; what comes
 * from here has exactly the shape of `dialects/`, so nothing further inside checks it again. Fields that OpenAI does not know stay.
 */
export interface AnswerReader<Request, Reply, Event> {
  /** How many choices a request asks for. */
  readonly choices: (request: Request) => number;
  readonly reply: (value: Value, context: AnswerContext) => Outcome<Reply>;
  readonly chunks: (context: AnswerContext) => ItemParser<Event>;
}

/** For callers that name none. */
const noStamp: AnswerContext['stamp'] = { id: '', created: 0 };

/** What the answer to this request must be read with. */
export function answerContext<Request>(
  request: Request,
  { choices }: Pick<AnswerReader<Request, unknown, unknown>, 'choices'>,
  { service, stamp = noStamp }: { service: string; stamp?: CallContext['stamp'] },
): AnswerContext {
  return { service, choices: choices(request), stamp };
}
