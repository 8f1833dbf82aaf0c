import { randomUUID } from 'node:crypto';
import { deniedMessage } from '../../iam/denied.ts';
import { IamError } from '../../iam/iam-error.ts';
import type { Iam } from '../../iam/verify.ts';
import type { RunningSimulator } from '../simulator.ts';
import { readBody, startServer, textOf, writeJson, type Wire } from './server.ts';

/** A refusal: in this protocol (JSON 1.1) they all have the same status. */
export class AwsJsonError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Fields of a request. */
export type Members = Readonly<Record<string, unknown>>;

/** The one operation of a service that the local stack knows. */
export interface Operation {
  readonly iam: Iam;
  /** The signing name of the service, which its actions begin with. */
  readonly service: string;
  /** Any region when absent. */
  readonly region?: string;
  /** Value of the header `x-amz-target`, such as `AmazonSSM.GetParameter`. */
  readonly target: string;
  /** What the service calls a failure of its own. */
  readonly ownFailure: string;
  /** What the service calls a request with a member that is missing or malformed. */
  readonly invalid: string;
  /** The ARN that the request is about. Throws an AwsJsonError for a request that names none. */
  readonly resource: (input: Members) => string;
  /** Asked once the caller has signed, and may do it. */
  readonly answer: (resource: string, input: Members) => object;
}

/** The operations that are known take an id or a name, and little else. */
const maxBodyBytes = 100_000;

/** A service that speaks AWS's JSON 1.1 on the loopback interface: it checks the signature, then the policy, then answers. */
export function startAwsJson(operation: Operation): Promise<RunningSimulator> {
  return startServer(async ({ incoming, response }) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
    try {
      writeJson(response, await answered(incoming, operation), { headers });
    } catch (error) {
      const { type, message } = refusal(error, operation);
      writeJson(response, { __type: type, message }, { status: type === operation.ownFailure ? 500 : 400, headers });
    }
  });
}

async function answered(incoming: Wire['incoming'], operation: Operation): Promise<object> {
  const { iam, service, region, target, invalid } = operation;
  const refuse = (): AwsJsonError => new AwsJsonError(invalid, 'The request is too long.');
  const body = await readBody(incoming, { bytes: maxBodyBytes, refuse });
  const { method = '', url = '', headers } = incoming;
  const signed = { method, url, headers, body };
  const { roleArn } = await iam.verify(signed, { service, ...(region !== undefined && { region }) });
  const name = target.split('.').at(-1) ?? '';
  if (headers['x-amz-target'] !== target) {
    throw new AwsJsonError('UnknownOperationException', `The local stack knows ${name} alone.`);
  }
  const input = members(textOf(body) ?? '');
  const resource = operation.resource(input);
  const action = `${service}:${name}`;
  if (!iam.allows(roleArn, action, resource)) {
    throw new AwsJsonError('AccessDeniedException', deniedMessage({ user: roleArn, action, resource }));
  }
  return operation.answer(resource, input);
}

function members(json: string): Members {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    throw new AwsJsonError('SerializationException', 'The body is not JSON.');
  }
}

function refusal(error: unknown, { ownFailure }: Operation): { readonly type: string; readonly message: string } {
  if (error instanceof IamError) return { type: error.name, message: error.message };
  if (error instanceof AwsJsonError) return error;
  return { type: ownFailure, message: `The simulator failed: ${String(error)}` };
}
