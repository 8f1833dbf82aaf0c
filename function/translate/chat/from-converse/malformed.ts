import type { ContentBlock, ConverseResponse } from '../../../dialects/converse.gen.ts';
import { ApiError } from '../../../errors.ts';

/** Stop reasons by which Bedrock says that the model's output could not be understood: there is no answer to give. */
const sayings: ReadonlyMap<string, string> = new Map([
  ['malformed_model_output', 'The model gave an output that Bedrock could not read. Trying again may help.'],
  ['malformed_tool_use', 'The model called a tool in a form that Bedrock could not read. Trying again may help.'],
]);

/** The failure that a stop reason stands for, if it does: a normal finish would pass a broken answer off as a whole one. */
export function malformedError(stopReason: string): ApiError | undefined {
  const message = sayings.get(stopReason);
  return message === undefined ? undefined : new ApiError(message, { status: 502, code: stopReason });
}

/**
 * The blocks of a reply that can be answered with; throws a 502 for others. A 200 without `output` has been seen in the field:
 * that a member is required says little about a front door's own replies.
 */
export function contentOf(reply: ConverseResponse): readonly ContentBlock[] {
  const { output, stopReason }: Partial<ConverseResponse> = reply;
  const message: Partial<ConverseResponse['output']['message']> | undefined = output?.message;
  if (!Array.isArray(message?.content) || stopReason === undefined) {
    throw new ApiError('Bedrock answered without an output. Trying again may help.', {
      status: 502,
      code: 'malformed_reply',
    });
  }
  const broken = malformedError(stopReason);
  if (broken !== undefined) throw broken;
  return message.content;
}
