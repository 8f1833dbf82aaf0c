import { Ajv2020 } from 'ajv/dist/2020.js';
import { accountId } from '../../account.ts';
import operations from '../../../schemas/sagemaker/operations.json' with { type: 'json' };
import { deniedMessage, gatewaySessionArn } from '../../iam/denied.ts';
import { IamError } from '../../iam/iam-error.ts';
import type { SignedRequest } from '../../iam/signature.ts';
import type { Caller, Iam } from '../../iam/verify.ts';
import { quickToCompile } from '../common/ajv.ts';
import { SageMakerError } from './sagemaker-error.ts';

/** Name of an operation of SageMaker's runtime. */
export type Operation = keyof typeof operations;

/** Who may call, and where. */
export interface Guard {
  readonly iam: Iam;
  readonly region: string;
}

/** Refuses a request whose signature is not good; gives whoever has signed it. Throws a SageMakerError. */
export async function authenticate(arrival: SignedRequest, { iam, region }: Guard): Promise<Caller> {
  try {
    return await iam.verify(arrival, { service: 'sagemaker', region });
  } catch (error) {
    throw error instanceof IamError ? new SageMakerError(error.name, error.message) : error;
  }
}

// Both operations have this one action.
const invokeAction = 'sagemaker:InvokeEndpoint';

/** Refuses a role without the right to a resource, such as `endpoint/demo-vllm`. Throws a SageMakerError. */
export function authorize(caller: Caller, name: string, { iam, region }: Guard): void {
  const resource = `arn:aws:sagemaker:${region}:${accountId}:${name.toLowerCase()}`;
  if (iam.allows(caller, invokeAction, resource)) return;
  const user = gatewaySessionArn(caller.roleArn);
  throw new SageMakerError('AccessDeniedException', deniedMessage({ user, action: invokeAction, resource }));
}

const ajv = new Ajv2020({ ...quickToCompile, strict: false, verbose: true, unicodeRegExp: false });

/** Refuses parameters of the path and the headers that break the operation's constraints. Throws a SageMakerError. */
export function checkParameters(operation: Operation, endpoint: string, { headers }: SignedRequest): void {
  for (const [name, { in: place, schema }] of Object.entries(operations[operation].parameters)) {
    const value = place === 'uri' ? endpoint : headers[name.toLowerCase()];
    if (value === undefined || ajv.validate(schema, value)) continue;
    const [error] = ajv.errors ?? [];
    throw new SageMakerError(
      'ValidationError',
      `1 validation error detected: Value '${String(value).slice(0, 128)}' at '${name}' failed to satisfy constraint: Member ${constraintMessages[error?.keyword ?? ''] ?? 'must be valid'} ${String(error?.schema).replaceAll(/^\^\(\?:|\)\$$/g, '')}`,
    );
  }
}

const constraintMessages: Readonly<Record<string, string>> = {
  maxLength: 'must have length less than or equal to',
  minLength: 'must have length greater than or equal to',
  pattern: 'must satisfy regular expression pattern:',
};

/** Limit of a request's body. */
export const maxBodyBytes = operations.InvokeEndpoint.payload.maxBytes;

/** ValidationError (400) for a body over `maxBodyBytes`. */
export function tooLarge(): SageMakerError {
  return new SageMakerError(
    'ValidationError',
    `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${maxBodyBytes}`,
  );
}
