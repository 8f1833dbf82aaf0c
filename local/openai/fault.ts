import type { CommonFault } from '../answer/fault.ts';
import type { Ending } from './answer/chat.ts';
import type { OpenAIError } from './openai-error.ts';

/** What goes wrong with a server of OpenAI's API. */
export interface Fault extends CommonFault {
  /** Instead of an answer; the context names who asked. */
  readonly error?: (context: { readonly key: string }) => OpenAIError;
  /** Another end of the answer. */
  readonly ending?: Ending;
}
