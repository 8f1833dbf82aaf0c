import type { IncomingMessage } from 'node:http';
import type { Outcome } from '../../dialects/outcome.ts';
import { toWellFormed } from '../../dialects/well-formed.ts';
import type { CallContext, PassthroughRequest } from '../backend.ts';
import type { Reading } from '../wire/body.ts';

/** An answer with the status 200, still to be read. */
export interface Posted {
  readonly answer: IncomingMessage;
  readonly reading: Reading;
  /** Called for every read of its body. */
  readonly heard: () => void;
}

/** Sends a body to a path of an OpenAI-compatible server; anything but a 200 is a failure. */
export type Post = (path: string, body: PassthroughRequest['body'], context: CallContext) => Promise<Outcome<Posted>>;

/** A body that every server's parser reads, whoever wrote it. */
export function readable(body: PassthroughRequest['body']): PassthroughRequest['body'] {
  return typeof body === 'string' ? toWellFormed(body) : body;
}
