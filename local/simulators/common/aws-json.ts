import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { deniedMessage } from '../../iam/denied.ts';
import { IamError } from '../../iam/iam-error.ts';
import type { Iam } from '../../iam/verify.ts';
import type { RunningSimulator } from '../simulator.ts';
import { readBody, startServer, textOf, writeJson, type Wire } from './server.ts';

/** A refusal. Its status is 400, and 500 for a failure of the service's own, in all services of this protocol. */
export class AwsJsonError extends Error {
  readonly type: string;
  /** Fields of the body beside the type and the message. */
  readonly members: Members;

  constructor(type: string, message: string, members: Members = {}) {
    super(message);
    this.type = type;
    this.members = members;
  }
}

/** Fields of a request. */
export type Members = Readonly<Record<string, unknown>>;

/** An action that the caller's role must be allowed to do. */
export interface Permission {
  /** Name without its service, such as `GetParameter`. */
  readonly action: string;
  /** ARN that the action is about. */
  readonly resource: string;
}

/** One operation of a service. */
export interface Operation {
  /** What the caller must be allowed to do. Throws an AwsJsonError for a request that names no resource. */
  readonly permissions: (input: Members) => readonly Permission[];
  /** Asked once the caller has signed, and may do it. */
  readonly answer: (input: Members) => object;
}

/** A call that is about to be answered. */
export interface Call {
  /** Name of the operation, such as `GetItem`. */
  readonly operation: string;
  readonly input: Members;
}

/** What goes wrong with a call. */
export interface CallFault {
  /** Answered instead; nothing is done. */
  readonly error?: AwsJsonError;
  /** When the connection breaks: before anything is done, or after it, with the answer lost. */
  readonly breaks?: 'before' | 'after';
}

/** Decides what goes wrong with a call; called before each one that is permitted. A test holds a call with a promise. */
export type CallFaults = (call: Call) => CallFault | undefined | Promise<CallFault | undefined>;

/** The operations of a service that the local stack knows. */
export interface AwsJsonService {
  readonly iam: Iam;
  /** The signing name of the service, which its actions begin with. */
  readonly service: string;
  /** Any region when absent. */
  readonly region?: string;
  /** Version of the protocol: AWS's JSON 1.0 or 1.1. */
  readonly version: '1.0' | '1.1';
  /** The header `x-amz-target` without its operation, such as `AmazonSSM`. */
  readonly target: string;
  /** By name, such as `GetParameter`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** What the service calls a failure of its own. */
  readonly ownFailure: string;
  /** What the service calls a request with a member that is missing or malformed. */
  readonly invalid: string;
  /** Limit of a request; 100,000 when absent. */
  readonly maxBodyBytes?: number;
  /** Whether answers have their checksum in `x-amz-crc32`. */
  readonly hasChecksums?: boolean;
  readonly faults?: CallFaults | undefined;
}

/** Most operations that are known take an id or a name, and little else. */
const defaultMaxBodyBytes = 100_000;

/** A service that speaks AWS's JSON on the loopback interface: it checks the signature, then the policy, then answers. */
export function startAwsJson(service: AwsJsonService): Promise<RunningSimulator> {
  return startServer(async ({ incoming, response }) => {
    const write = (body: object, status: number): void => {
      writeJson(response, body, { status, headers: headersOf(body, service) });
    };
    try {
      const call = await permitted(incoming, service);
      const { error, breaks } = (await service.faults?.(call)) ?? {};
      if (error) throw error;
      const body = breaks === 'before' ? {} : call.known.answer(call.input);
      if (breaks === undefined) write(body, 200);
      else response.destroy();
    } catch (error) {
      const { type, message, members } = refusal(error, service);
      write({ __type: type, message, ...members }, type === service.ownFailure ? 500 : 400);
    }
  });
}

function headersOf(body: object, { version, hasChecksums }: AwsJsonService): Readonly<Record<string, string>> {
  return {
    'content-type': contentType(version),
    'x-amzn-requestid': randomUUID(),
    ...(hasChecksums === true && { 'x-amz-crc32': String(crc32(JSON.stringify(body))) }),
  };
}

function contentType(version: AwsJsonService['version']): string {
  return `application/x-amz-json-${version}`;
}

async function permitted(
  incoming: Wire['incoming'],
  service: AwsJsonService,
): Promise<Call & { readonly known: Operation }> {
  const { iam, service: signingName, region, invalid, maxBodyBytes: bytes = defaultMaxBodyBytes } = service;
  const refuse = (): AwsJsonError => new AwsJsonError(invalid, 'The request is too long.');
  const body = await readBody(incoming, { bytes, refuse });
  const { method = '', url = '', headers } = incoming;
  const signed = { method, url, headers, body };
  const caller = await iam.verify(signed, { service: signingName, ...(region !== undefined && { region }) });
  const { operation, known } = operationOf(incoming, service);
  const input = membersOf(textOf(body) ?? '');
  for (const { action: name, resource } of known.permissions(input)) {
    const action = `${signingName}:${name}`;
    if (iam.allows(caller, action, resource)) continue;
    throw new AwsJsonError('AccessDeniedException', deniedMessage({ user: caller.roleArn, action, resource }));
  }
  return { operation, input, known };
}

function operationOf(
  { headers }: Wire['incoming'],
  { target, version, operations }: AwsJsonService,
): { readonly operation: string; readonly known: Operation } {
  const asked = String(headers['x-amz-target']);
  const operation = asked.startsWith(`${target}.`) ? asked.slice(target.length + 1) : '';
  const known = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (known !== undefined && headers['content-type'] === contentType(version)) return { operation, known };
  const names = Object.keys(operations).join(', ');
  throw new AwsJsonError(
    'UnknownOperationException',
    `The local stack knows only ${names}, as ${contentType(version)}.`,
  );
}

function membersOf(json: string): Members {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    throw new AwsJsonError('SerializationException', 'The body is not JSON.');
  }
}

function refusal(error: unknown, { ownFailure }: AwsJsonService): Pick<AwsJsonError, 'type' | 'message' | 'members'> {
  if (error instanceof IamError) return { type: error.name, message: error.message, members: {} };
  if (error instanceof AwsJsonError) return error;
  return { type: ownFailure, message: `The simulator failed: ${String(error)}`, members: {} };
}
