import type { Account } from './account.ts';
import { AwsError } from './aws-error.ts';
import { trusts } from './iam.ts';
import { writesTo } from './logs.ts';
import type { Call, Reference, ResourceType } from './resource-type.ts';

const apiType = 'aws:apigateway/restApi:RestApi';
const resourceType = 'aws:apigateway/resource:Resource';
const methodType = 'aws:apigateway/method:Method';
const integrationType = 'aws:apigateway/integration:Integration';
const deploymentType = 'aws:apigateway/deployment:Deployment';
const accountType = 'aws:apigateway/account:Account';
const stageType = 'aws:apigateway/stage:Stage';

const ofApi = (input = 'restApi'): Reference => ({
  value: `{${input}}`,
  to: { [apiType]: '{id}' },
  missing: 'NotFoundException: Invalid API identifier specified',
});

const ofResource = (input: string): Reference => ({
  value: `{restApi}/{${input}}`,
  to: { [apiType]: '{id}/{rootResourceId}', [resourceType]: '{restApi}/{id}' },
  missing: 'NotFoundException: Invalid Resource identifier specified',
});

export const restApi: Readonly<Record<string, ResourceType>> = {
  [apiType]: {
    label: 'API Gateway REST API',
    id: '{random}',
    outputs: {
      arn: 'arn:aws:apigateway:{region}::/restapis/{id}',
      executionArn: 'arn:aws:execute-api:{region}:{account}:{id}',
      rootResourceId: 'r{random}',
    },
    fixed: [],
    autoNamed: 'name',
  },
  [resourceType]: {
    label: 'API Gateway Resource',
    id: '{random}',
    fixed: ['restApi'],
    unique: {
      key: 'rest resource {restApi} {parentId} {pathPart}',
      taken: 'ConflictException: Another resource with the same parent already has this name: {pathPart}',
    },
    refers: [ofApi(), ofResource('parentId')],
  },
  [methodType]: {
    label: 'API Gateway Method',
    id: 'agm-{restApi}-{resourceId}-{httpMethod}',
    fixed: ['restApi', 'resourceId', 'httpMethod'],
    unique: {
      key: 'rest method {restApi} {resourceId} {httpMethod}',
      taken: 'ConflictException: Method already exists for this resource',
    },
    refers: [ofApi(), ofResource('resourceId')],
  },
  [integrationType]: {
    label: 'API Gateway Integration',
    id: 'agi-{restApi}-{resourceId}-{httpMethod}',
    fixed: ['restApi', 'resourceId', 'httpMethod', 'type', 'integrationHttpMethod'],
    refers: [
      ofResource('resourceId'),
      {
        value: '{restApi}/{resourceId}/{httpMethod}',
        to: { [methodType]: '{restApi}/{resourceId}/{httpMethod}' },
        missing: 'NotFoundException: Invalid Method identifier specified',
      },
    ],
    check: ({ account, inputs }) => {
      const alias = /\/functions\/(arn:[^/]+)\//.exec(String(inputs['uri']))?.[1];
      if (account.of('aws:lambda/alias:Alias').some(({ outputs }) => outputs['arn'] === alias)) return;
      throw new AwsError('BadRequestException: Invalid ARN specified in the request');
    },
  },
  'aws:apigateway/response:Response': {
    label: 'API Gateway Gateway Response',
    id: 'aggr-{restApiId}-{responseType}',
    fixed: ['restApiId', 'responseType'],
    unique: {
      key: 'rest response {restApiId} {responseType}',
      taken: 'ConflictException: it is set by another resource',
    },
    refers: [ofApi('restApiId')],
  },
  [deploymentType]: {
    label: 'API Gateway Deployment',
    id: '{random}',
    fixed: ['restApi', 'triggers'],
    refers: [ofApi()],
    check: everyMethodHasAnIntegration,
  },
  [stageType]: {
    label: 'API Gateway Stage',
    id: 'ags-{restApi}-{stageName}',
    outputs: {
      arn: 'arn:aws:apigateway:{region}::/restapis/{restApi}/stages/{stageName}',
      executionArn: 'arn:aws:execute-api:{region}:{account}:{restApi}/{stageName}',
      invokeUrl: 'https://{restApi}.execute-api.{region}.amazonaws.com/{stageName}',
    },
    fixed: ['restApi', 'stageName'],
    unique: { key: 'rest stage {restApi} {stageName}', taken: 'ConflictException: Stage already exists' },
    refers: [
      ofApi(),
      {
        value: '{restApi}/{deployment}',
        to: { [deploymentType]: '{restApi}/{id}' },
        missing: 'NotFoundException: Invalid Deployment identifier specified',
        held: 'BadRequestException: Active stages pointing to this deployment must be moved or deleted',
      },
      writesTo('{accessLogSettings.destinationArn}', '{arn}'),
    ],
    check: accountHasLogRole,
  },
  [accountType]: {
    label: 'API Gateway Account',
    id: 'api-gateway-account {region}',
    fixed: [],
    refers: [
      {
        value: '{cloudwatchRoleArn}',
        to: { 'aws:iam/role:Role': '{arn}' },
        missing: 'BadRequestException: The role ARN does not exist',
      },
    ],
    check: ({ account, inputs }) => {
      if (trusts(account, inputs['cloudwatchRoleArn'], 'apigateway.amazonaws.com') && mayLog(account, inputs)) return;
      throw new AwsError(
        'BadRequestException: The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.',
      );
    },
  },
  'aws:apigateway/methodSettings:MethodSettings': {
    label: 'API Gateway Method Settings',
    id: '{restApi}-{stageName}-{methodPath}',
    fixed: ['restApi', 'stageName', 'methodPath'],
    refers: [
      {
        value: '{restApi}/{stageName}',
        to: { [stageType]: '{restApi}/{stageName}' },
        missing: 'NotFoundException: Invalid Stage identifier specified',
      },
    ],
  },
};

/** The policy of AWS's own by which API Gateway may write logs. */
const logPolicy = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

function mayLog(account: Account, { cloudwatchRoleArn }: Call['inputs']): boolean {
  return account
    .of('aws:iam/rolePolicyAttachment:RolePolicyAttachment')
    .some(
      ({ inputs }) =>
        inputs['policyArn'] === logPolicy && String(cloudwatchRoleArn).endsWith(`/${String(inputs['role'])}`),
    );
}

/** Checks the account's role for access logs of REST APIs, of which there is one in a region. */
function accountHasLogRole({ account, facts, inputs }: Call): void {
  if (inputs['accessLogSettings'] === undefined) return;
  if (account.find(accountType, `api-gateway-account ${String(facts['region'])}`)) return;
  throw new AwsError('BadRequestException: CloudWatch Logs role ARN must be set in account settings to enable logging');
}

function everyMethodHasAnIntegration({ account, inputs }: Call): void {
  const places = (type: string): string[] =>
    account
      .of(type)
      .filter((kept) => kept.inputs['restApi'] === inputs['restApi'])
      .map((kept) => `${String(kept.inputs['resourceId'])} ${String(kept.inputs['httpMethod'])}`);
  const methods = places(methodType);
  if (methods.length === 0) throw new AwsError("BadRequestException: The REST API doesn't contain any methods");
  const integrations = new Set(places(integrationType));
  if (methods.every((method) => integrations.has(method))) return;
  throw new AwsError('BadRequestException: No integration defined for method');
}
