import { AwsRestError, sharedStatuses } from '../common/aws-rest-error.ts';

/** HTTP statuses of the errors of SageMaker's runtime and of the HTTP layer before it, by type. */
const statusByName = {
  ...sharedStatuses,
  InternalDependencyException: 530,
  InternalFailure: 500,
  ModelError: 424,
  ServiceUnavailable: 503,
  ThrottlingException: 400,
  ValidationError: 400,
} as const;

/** Type of an error, as in the header `x-amzn-errortype`. */
export type ErrorName = keyof typeof statusByName;

/** An error of SageMaker, thrown by any rule and written by the simulator: `Message`, and the fields of its type. */
export class SageMakerError extends AwsRestError {
  constructor(type: ErrorName, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(type, message, { status: statusByName[type], body: { ...fields, Message: message } });
  }
}

/** ModelError (424) for an error answer of a container: its status and text, and the ARN of its log group. */
export function modelError(container: {
  readonly status: number;
  readonly text: string;
  readonly logs: string;
}): SageMakerError {
  const { status, text, logs } = container;
  const side = status < 500 ? 'client' : 'server';
  return new SageMakerError(
    'ModelError',
    `Received ${side} error (${status}) from primary with message "${text}". See the log group ${logs} for more information.`,
    {
      ErrorCode: `${side.toUpperCase()}_ERROR_FROM_MODEL`,
      LogStreamArn: logs,
      OriginalMessage: text,
      OriginalStatusCode: status,
    },
  );
}
