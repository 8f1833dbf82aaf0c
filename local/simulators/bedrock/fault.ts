import type { CommonFault } from '../common/fault.ts';
import type { Answer } from '../common/limit.ts';
import type { BedrockError } from './bedrock-error.ts';

/** Who asked and of what: some messages name it. */
export interface FaultContext {
  readonly key: string;
  readonly modelId: string;
  readonly region: string;
}

/** What goes wrong with Bedrock. */
export interface Fault extends CommonFault {
  /** Instead of an answer of either operation. */
  readonly error?: (context: FaultContext) => BedrockError;
  /** The reasoning is encrypted, where the model reasons. */
  readonly hidesThoughts?: boolean;
  /** Another end of the answer. */
  readonly answer?: (answer: Answer) => Answer;
  readonly withoutUsage?: boolean;
  readonly trace?: object;
}
