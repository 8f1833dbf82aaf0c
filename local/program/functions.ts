import path from 'node:path';
import type { InvocationTarget, LambdaFunction } from '../deployment.ts';
import type { Role } from '../iam/verify.ts';
import { createIam } from '../iam/verify.ts';
import type { Collection, Entry } from './collection.ts';
import { DeclarationError } from './inputs.ts';
import { functionNameOf } from './mock-outputs.ts';
import { unpacker, type Unpacker } from './unpack.ts';

/** Lambda's own, where the program gives none. */
const defaultTimeoutSeconds = 3;
const defaultMemoryMegabytes = 128;

/** Settings for reading functions. */
export interface FunctionOptions {
  /** Where the code goes. */
  readonly folder: string;
  readonly roles: readonly Role[];
}

/** The declared functions, with their code unpacked below a folder. */
export async function readFunctions(
  collection: Collection,
  options: FunctionOptions,
): Promise<readonly LambdaFunction[]> {
  const unpack = unpacker();
  return Promise.all(collection.all('function').map((entry) => readFunction(entry, { ...options, unpack })));
}

async function readFunction(
  entry: Entry,
  { folder, roles, unpack }: FunctionOptions & { readonly unpack: Unpacker },
): Promise<LambdaFunction> {
  const { resource, inputs } = entry;
  const name = inputs.text('name');
  const taskRoot = await unpack(resource.inputs['code'], path.join(folder, name));
  const reserved = inputs.number('reservedConcurrentExecutions') ?? -1;
  return {
    name,
    arn: inputs.text('arn'),
    role: readRole(entry, roles),
    version: inputs.text('version'),
    runtime: inputs.text('runtime'),
    handler: inputs.text('handler'),
    taskRoot,
    environment: inputs.block('environment').map('variables'),
    timeoutSeconds: inputs.number('timeout') ?? defaultTimeoutSeconds,
    memoryMegabytes: inputs.number('memorySize') ?? defaultMemoryMegabytes,
    logGroup: inputs.block('loggingConfig').optionalText('logGroup') ?? `/aws/lambda/${name}`,
    isTraced: inputs.block('tracingConfig').optionalText('mode') === 'Active',
    ...(reserved >= 0 && { reservedConcurrency: reserved }),
  };
}

/** The role that Lambda is to run it with, which must let it. */
function readRole({ resource, inputs }: Entry, roles: readonly Role[]): string {
  const role = inputs.text('role');
  if (!createIam({ roles }).trusts(role, 'lambda.amazonaws.com')) {
    throw new DeclarationError(resource, `its role ${role} cannot be assumed by Lambda`);
  }
  return role;
}

/** How API Gateway names a function: an ARN inside the address of an invocation. */
const invocationPattern = /:lambda:path\/([\d-]+)\/functions\/(arn:[^/]+)\/(response-streaming-)?invocations$/;

/** The versions of Lambda's API that the two ways of invoking belong to. */
const apiVersions = { buffered: '2015-03-31', stream: '2021-11-15' } as const;

/** An API and the functions that it may call. */
export interface Reach {
  readonly collection: Collection;
  readonly functions: readonly LambdaFunction[];
  /** Execution ARN of the API, whose calls the function must permit. */
  readonly executionArn: string;
  readonly transfer: 'buffered' | 'stream';
}

/** The function behind an integration's URI, if this API may call it in this way. */
export function target(integration: Entry, uri: string, reach: Reach): InvocationTarget {
  const [, version, arn, streaming] = invocationPattern.exec(uri) ?? [];
  const refuse = (problem: string): never => {
    throw new DeclarationError(integration.resource, problem);
  };
  if (arn === undefined) return refuse(`${uri} is no address of a Lambda function`);
  const transfer = streaming === undefined ? 'buffered' : 'stream';
  if (transfer !== reach.transfer || version !== apiVersions[transfer]) {
    return refuse(`its transfer mode is ${reach.transfer}, and ${uri} is not the address for it`);
  }
  const found = reach.functions.find(({ name }) => name === functionNameOf(arn));
  if (!found) return refuse(`there is no function ${arn}`);
  const qualifier = arn.split(':')[7];
  if (qualifier !== undefined && !isPublished(found, { qualifier, collection: reach.collection })) {
    return refuse(`there is no alias or version ${arn}`);
  }
  if (!isPermitted(found, { qualifier, ...reach })) return refuse(`no lambda.Permission lets the API call ${arn}`);
  return { function: found, arn };
}

function isPublished(
  lambda: LambdaFunction,
  { qualifier, collection }: { qualifier: string; collection: Collection },
): boolean {
  if (qualifier === lambda.version) return true;
  const aliases = collection.all('alias').filter(({ inputs }) => inputs.text('name') === qualifier);
  return aliases.some(
    ({ inputs }) =>
      functionNameOf(inputs.text('functionName')) === lambda.name && inputs.text('functionVersion') === lambda.version,
  );
}

function isPermitted(
  lambda: LambdaFunction,
  {
    qualifier,
    collection,
    executionArn,
  }: { qualifier: string | undefined } & Pick<Reach, 'collection' | 'executionArn'>,
): boolean {
  return collection
    .all('permission')
    .some(
      ({ inputs }) =>
        functionNameOf(inputs.text('function')) === lambda.name &&
        inputs.optionalText('qualifier') === qualifier &&
        inputs.text('action') === 'lambda:InvokeFunction' &&
        inputs.text('principal') === 'apigateway.amazonaws.com' &&
        (inputs.optionalText('sourceArn') ?? `${executionArn}/`).startsWith(`${executionArn}/`),
    );
}
