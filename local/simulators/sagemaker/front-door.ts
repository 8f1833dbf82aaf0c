import { Ajv2020 } from 'ajv/dist/2020.js';
import { accountId } from '../../account.ts';
import operations from '../../../schemas/sagemaker/operations.json' with { type: 'json' };
import { IamError } from '../../iam/iam-error.ts';
import type { Iam } from '../../iam/verify.ts';
import { SageMakerError } from './sagemaker-error.ts';

export type Operation = keyof typeof operations;

export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Guard {
  readonly iam: Iam;
  readonly region: string;
}

/** Refuses a request whose signature is not good; gives the role that has signed it. */
export async function authenticate(arrival: Arrival, { iam, region }: Guard): Promise<string> {
  try {
    const { roleArn } = await iam.verify(arrival, { service: 'sagemaker', region });
    return roleArn;
  } catch (error) {
    throw error instanceof IamError ? new SageMakerError(error.name, error.message) : error;
  }
}

// Both operations have this one action.
const ACTION = 'sagemaker:InvokeEndpoint';

/** Refuses a role without the right to a resource, such as `endpoint/demo-vllm`. */
export function authorize(roleArn: string, name: string, { iam, region }: Guard): void {
  const resource = `arn:aws:sagemaker:${region}:${accountId}:${name.toLowerCase()}`;
  if (iam.allows(roleArn, ACTION, resource)) return;
  const role = roleArn.replace(/^.*\//, '');
  throw new SageMakerError(
    'AccessDeniedException',
    `User: arn:aws:sts::${accountId}:assumed-role/${role}/gateway is not authorized to perform: ${ACTION} on resource: ${resource} because no identity-based policy allows the ${ACTION} action`,
  );
}

const ajv = new Ajv2020({ strict: false, verbose: true, unicodeRegExp: false });

/** Refuses parameters of the path and the headers that break the operation's constraints. */
export function checkParameters(operation: Operation, endpoint: string, { headers }: Arrival): void {
  for (const [name, { in: place, schema }] of Object.entries(operations[operation].parameters)) {
    const value = place === 'uri' ? endpoint : headers[name.toLowerCase()];
    if (value === undefined || ajv.validate(schema, value)) continue;
    const [error] = ajv.errors ?? [];
    throw new SageMakerError(
      'ValidationError',
      `1 validation error detected: Value '${String(value).slice(0, 128)}' at '${name}' failed to satisfy constraint: Member ${CONSTRAINTS[error?.keyword ?? ''] ?? 'must be valid'} ${String(error?.schema).replaceAll(/^\^\(\?:|\)\$$/g, '')}`,
    );
  }
}

const CONSTRAINTS: Readonly<Record<string, string>> = {
  maxLength: 'must have length less than or equal to',
  minLength: 'must have length greater than or equal to',
  pattern: 'must satisfy regular expression pattern:',
};

export const MAX_BODY_BYTES = operations.InvokeEndpoint.payload.maxBytes;

export function tooLarge(): SageMakerError {
  return new SageMakerError(
    'ValidationError',
    `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BODY_BYTES}`,
  );
}
