import { randomUUID } from 'node:crypto';
import type { LambdaFunction } from '../deployment.ts';
import type { Credentials } from '../iam/verify.ts';

/** Settings that become environment variables. */
export interface VariableOptions {
  readonly region: string;
  /** AWS's own variables that say where a service is to be found. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The role's. */
  readonly credentials: Credentials;
}

/** The whole environment of a function: what it declares, and what Lambda always sets. Nothing of this machine's. */
export function variables(lambda: LambdaFunction, options: VariableOptions): Record<string, string> {
  return {
    ...lambda.environment,
    ...options.endpoints,
    ...reservedVariables(lambda, options),
    ...credentialVariables(options.credentials),
  };
}

function reservedVariables(lambda: LambdaFunction, { region }: VariableOptions): Record<string, string> {
  return {
    _HANDLER: lambda.handler,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${lambda.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: lambda.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: lambda.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: `${today()}/[${lambda.version}]${randomUUID().replaceAll('-', '')}`,
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    AWS_REGION: region,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: lambda.taskRoot,
    LANG: 'en_US.UTF-8',
    LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/task:/opt/lib',
    NODE_PATH: '/opt/nodejs/node22/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
  };
}

function credentialVariables({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** Date of today, such as `2026/11/28`, in the form of the name of a log stream. */
function today(): string {
  return new Date().toISOString().slice(0, 10).replaceAll('-', '/');
}
