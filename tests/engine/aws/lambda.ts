import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Account } from './account.ts';
import { AwsError } from './aws-error.ts';
import { trusts } from './iam.ts';
import { writesTo } from './logs.ts';
import type { Call, ResourceType } from './resource-type.ts';
import { at } from './template.ts';

const functionType = 'aws:lambda/function:Function';
const aliasType = 'aws:lambda/alias:Alias';
const functionArn = 'arn:aws:lambda:{region}:{account}:function';

export const lambda: Readonly<Record<string, ResourceType>> = {
  [functionType]: {
    label: 'Lambda Function',
    id: '{name}',
    outputs: {
      arn: `${functionArn}:{name}`,
      invokeArn: `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/${functionArn}:{name}/invocations`,
      version: '{revision}',
      qualifiedArn: `${functionArn}:{name}:{revision}`,
    },
    renewed: { outputs: ['version', 'qualifiedArn'], quiet: ['tags', 'reservedConcurrentExecutions'] },
    fixed: ['name', 'packageType'],
    autoNamed: 'name',
    unique: { key: 'lambda {region} {name}', taken: 'ResourceConflictException: Function already exist: {name}' },
    refers: [
      {
        value: '{role}',
        to: { 'aws:iam/role:Role': '{arn}' },
        missing: 'InvalidParameterValueException: The role defined for the function cannot be found.',
      },
      writesTo('{loggingConfig.logGroup}', '{name}'),
    ],
    check: (call) => {
      trusted(call);
      codeIsThere(call);
      environmentFits(call);
      concurrencyIsLeft(call);
    },
  },
  [aliasType]: {
    label: 'Lambda Alias',
    id: `${functionArn}:{functionName}:{name}`,
    outputs: {
      arn: `${functionArn}:{functionName}:{name}`,
      invokeArn: `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/${functionArn}:{functionName}:{name}/invocations`,
    },
    fixed: ['name', 'functionName'],
    autoNamed: 'name',
    unique: {
      key: 'lambda alias {region} {functionName} {name}',
      taken: 'ResourceConflictException: Alias already exists: {name}',
    },
    refers: [
      {
        value: '{functionName}',
        to: { [functionType]: '{name}' },
        missing: 'ResourceNotFoundException: Function not found: {functionName}',
      },
    ],
    check: versionsAreThere,
  },
  'aws:lambda/permission:Permission': {
    label: 'Lambda Permission',
    id: 'terraform-{random}',
    outputs: { statementId: 'terraform-{random}' },
    fixed: ['action', 'function', 'principal', 'qualifier', 'sourceArn', 'statementId'],
    refers: [
      {
        value: '{function}:{qualifier}',
        to: { [aliasType]: '{functionName}:{name}' },
        missing: 'ResourceNotFoundException: Function not found: {function}:{qualifier}',
      },
    ],
  },
  'aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig': {
    label: 'Lambda Provisioned Concurrency Config',
    id: '{functionName},{qualifier}',
    fixed: ['functionName', 'qualifier'],
    unique: {
      key: 'lambda provisioned {region} {functionName} {qualifier}',
      taken: 'ResourceConflictException: already set',
    },
    refers: [
      {
        value: '{functionName}:{qualifier}',
        to: { [aliasType]: '{functionName}:{name}' },
        missing: 'ResourceNotFoundException: Cannot find alias arn: {functionName}:{qualifier}',
      },
    ],
    check: ({ account, inputs }) => {
      const reserved = Number(
        account.find(functionType, String(inputs['functionName']))?.inputs['reservedConcurrentExecutions'],
      );
      if (reserved < 0 || Number(inputs['provisionedConcurrentExecutions']) <= reserved) return;
      throw new AwsError(
        `InvalidParameterValueException: Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function`,
      );
    },
  },
};

function trusted({ account, inputs }: Call): void {
  if (trusts(account, inputs['role'], 'lambda.amazonaws.com')) return;
  throw new AwsError('InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.');
}

/** Checks the code: the provider packs a folder or a map of files, and Lambda loads the file that the handler names. */
function codeIsThere({ inputs, folder: start }: Call): void {
  const folder = at(inputs, 'code.path');
  const [file] = String(inputs['handler']).split('.');
  const assets = at(inputs, 'code.assets') as Readonly<Record<string, { path?: string }>> | undefined;
  const place = typeof folder === 'string' ? path.join(folder, `${file}.mjs`) : assets?.[`${file}.mjs`]?.path;
  if (place !== undefined && existsSync(path.resolve(start, place))) return;
  throw new AwsError(`reading ZIP file (${String(folder)}): there is no ${file}.mjs`);
}

const maxEnvironmentBytes = 4_096;

function environmentFits({ inputs }: Call): void {
  const variables = at(inputs, 'environment.variables') ?? {};
  if (Buffer.byteLength(JSON.stringify(variables)) <= maxEnvironmentBytes) return;
  throw new AwsError(
    'InvalidParameterValueException: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
  );
}

/** Default concurrency of an account in a region, and the part of it that must stay unreserved. */
const accountConcurrency = { limit: 1_000, unreserved: 100 };

function concurrencyIsLeft({ account, inputs }: Call): void {
  const others = account.of(functionType).filter(({ inputs: { name } }) => name !== inputs['name']);
  const reserved = [inputs, ...others.map((kept) => kept.inputs)]
    .map((each) => Number(each['reservedConcurrentExecutions'] ?? -1))
    .filter((count) => count > 0);
  if (reserved.reduce((sum, count) => sum + count, 0) <= accountConcurrency.limit - accountConcurrency.unreserved)
    return;
  throw new AwsError(
    `InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${accountConcurrency.unreserved}].`,
  );
}

/** Checks the versions of an alias: each is published, and a second one differs from the first and has a weight. */
function versionsAreThere({ account, inputs }: Call): void {
  const weights = Object.entries(at(inputs, 'routingConfig.additionalVersionWeights') ?? {});
  for (const version of [inputs['functionVersion'], ...weights.map(([each]) => each)])
    versionIsThere(account, inputs['functionName'], Number(version));
  if (weights.length > 1)
    throw new AwsError('InvalidParameterValueException: An alias can route to at most one additional version.');
  const isValid = weights.every(
    ([version, weight]) => version !== inputs['functionVersion'] && Number(weight) >= 0 && Number(weight) <= 1,
  );
  if (!isValid)
    throw new AwsError(
      'InvalidParameterValueException: The weight must be between 0.0 and 1.0, and of another version.',
    );
}

function versionIsThere(account: Account, functionName: unknown, version: number): void {
  const published = Number(account.find(functionType, String(functionName))?.outputs['version']);
  if (version >= 1 && version <= published) return;
  throw new AwsError(`ResourceNotFoundException: Function not found: ${String(functionName)}:${version}`);
}
