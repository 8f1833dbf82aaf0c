import type { Failure } from '../../dialects/outcome.ts';
import { errorObject, statusIn } from '../openai/error-object.ts';
import { isObject } from '../../dialects/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { AnswerContext, Value } from './answer-reader.ts';

/** The MalformedReply of an answer in which a value has a type that cannot be read. */
export function malformedFailure({ service }: AnswerContext, what: string): Failure {
  return gatewayFailure('MalformedReply', `${service} answered with malformed ${what}.`);
}

/** The failure that a choice reports by its own error (with that error's status, else 502) or by its finish reason. */
export function choiceFailure(
  { service }: Pick<AnswerContext, 'service'>,
  { error, finish_reason: reason }: Value,
): Failure {
  const report = hasError(error)
    ? { error }
    : { message: `The model's server ended the answer by '${wordOf(reason)}'.` };
  return errorObject(service, report, statusIn(report) ?? badGateway);
}

const badGateway = 502;

function wordOf(reason: unknown): string {
  return typeof reason === 'string' ? reason.slice(0, 64) : 'error';
}

/** The failure that a choice of a reply or chunk reports by its own error; undefined where none does. */
export function failureInChoices(service: string, { choices }: Value): Failure | undefined {
  if (!Array.isArray(choices)) return undefined;
  const failed = choices.find((choice: unknown) => isObject(choice) && hasError(choice['error']));
  return isObject(failed) ? choiceFailure({ service }, failed) : undefined;
}

/** Whether a choice has an error of its own. */
export function hasError(error: unknown): boolean {
  return isObject(error) || (typeof error === 'string' && error.trim() !== '');
}
