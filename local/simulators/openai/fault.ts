import type { CommonFault } from '../common/fault.ts';
import type { Ending } from './answer/chat.ts';
import type { OpenAIError } from './openai-error.ts';

/** What goes wrong with a server of OpenAI's API. */
export interface Fault extends CommonFault {
  /** Instead of an answer; the context names who asked. */
  readonly error?: (context: { readonly key: string }) => OpenAIError;
  /** Another end of the answer. */
  readonly ending?: Ending;
  /** What this server refuses in a request that OpenAI's takes. */
  readonly refuses?: (request: object) => OpenAIError | undefined;
  /** The chunks of a stream in the server's own form. */
  readonly chunks?: (chunks: readonly Readonly<Record<string, unknown>>[]) => readonly object[];
  /** Whether a request for a stream is answered as a whole. */
  readonly neverStreams?: true;
}
