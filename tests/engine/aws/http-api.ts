import { AwsError } from './aws-error.ts';
import { writesTo } from './logs.ts';
import type { Call, ResourceType } from './resource-type.ts';
import { at } from './template.ts';

const apiType = 'aws:apigatewayv2/api:Api';
const integrationType = 'aws:apigatewayv2/integration:Integration';
const stageType = 'aws:apigatewayv2/stage:Stage';
const domainType = 'aws:apigatewayv2/domainName:DomainName';
const certificateType = 'aws:acm/certificate:Certificate';

const ofApi = {
  value: '{apiId}',
  to: { [apiType]: '{id}' },
  missing: 'NotFoundException: Invalid API identifier specified {account}:{apiId}',
};

export const httpApi: Readonly<Record<string, ResourceType>> = {
  [apiType]: {
    label: 'API Gateway v2 API',
    id: '{random}',
    outputs: {
      arn: 'arn:aws:apigateway:{region}::/apis/{id}',
      executionArn: 'arn:aws:execute-api:{region}:{account}:{id}',
      apiEndpoint: 'https://{id}.execute-api.{region}.amazonaws.com',
    },
    fixed: ['protocolType'],
    autoNamed: 'name',
  },
  [integrationType]: {
    label: 'API Gateway v2 Integration',
    id: '{random}',
    fixed: ['apiId', 'integrationType', 'integrationSubtype'],
    refers: [
      ofApi,
      {
        value: '{integrationUri}',
        to: { 'aws:lambda/alias:Alias': '{invokeArn}' },
        missing: 'BadRequestException: Invalid function ARN or invalid URI: {integrationUri}',
      },
    ],
  },
  'aws:apigatewayv2/route:Route': {
    label: 'API Gateway v2 Route',
    id: '{random}',
    fixed: ['apiId'],
    unique: {
      key: 'http route {apiId} {routeKey}',
      taken: 'ConflictException: Route with key {routeKey} already exists for this API',
    },
    refers: [
      ofApi,
      {
        value: '{apiId}/{target}',
        to: { [integrationType]: '{apiId}/integrations/{id}' },
        missing: 'BadRequestException: Unable to find Integration specified in Route target: {target}',
        held: 'ConflictException: Cannot delete Integration, it is referenced by a Route',
      },
    ],
  },
  [stageType]: {
    label: 'API Gateway v2 Stage',
    // AWS's id is the name alone; here it distinguishes the stages of several APIs in one account.
    id: '{apiId}/{name}',
    outputs: { arn: 'arn:aws:apigateway:{region}::/apis/{apiId}/stages/{name}' },
    fixed: ['apiId', 'name'],
    autoNamed: 'name',
    unique: { key: 'http stage {apiId} {name}', taken: 'ConflictException: Stage already exists' },
    refers: [ofApi, writesTo('{accessLogSettings.destinationArn}', '{arn}')],
  },
  [domainType]: {
    label: 'API Gateway v2 Domain Name',
    id: '{domainName}',
    outputs: {
      arn: 'arn:aws:apigateway:{region}::/domainnames/{domainName}',
      domainNameConfiguration: {
        targetDomainName: 'd-{random}.execute-api.{region}.amazonaws.com',
        hostedZoneId: 'Z1UJRXOUMOOFQ8',
      },
    },
    fixed: ['domainName'],
    unique: {
      key: 'domain {region} {domainName}',
      taken: 'ConflictException: The domain name you provided already exists.',
    },
    refers: [
      {
        value: '{domainNameConfiguration.certificateArn}',
        to: { [certificateType]: '{arn}' },
        missing: 'BadRequestException: Certificate {domainNameConfiguration.certificateArn} was not found',
        held: 'ResourceInUseException: Certificate is in use.',
      },
    ],
    check: certificateIsGood,
  },
  'aws:apigatewayv2/apiMapping:ApiMapping': {
    label: 'API Gateway v2 API Mapping',
    id: '{random}',
    fixed: ['domainName'],
    unique: {
      key: 'mapping {region} {domainName} {apiMappingKey?}',
      taken: 'ConflictException: ApiMapping key already exists for this domain name',
    },
    refers: [
      {
        value: '{domainName}',
        to: { [domainType]: '{id}' },
        missing: 'NotFoundException: The domain name resource specified in the request was not found.',
      },
      {
        value: '{apiId}',
        to: { [apiType]: '{id}', 'aws:apigateway/restApi:RestApi': '{id}' },
        missing: 'BadRequestException: Invalid API identifier specified',
        held: 'BadRequestException: Deleting API failed. Please remove all mappings related to the API in your domains',
      },
      {
        value: '{apiId}/{stage}',
        to: { [stageType]: '{apiId}/{name}', 'aws:apigateway/stage:Stage': '{restApi}/{stageName}' },
        missing: 'BadRequestException: Invalid stage identifier specified',
        held: 'BadRequestException: Deleting stage failed. Please remove all mappings related to the stage in your domains',
      },
    ],
    check: httpApiTakesThePolicy,
  },
};

function certificateIsGood({ account, inputs, facts }: Call): void {
  const arn = at(inputs, 'domainNameConfiguration.certificateArn');
  const certificate = account.find(certificateType, String(arn));
  if (certificate?.outputs['status'] !== 'ISSUED') {
    throw new AwsError(`BadRequestException: Unsupported certificate: ${String(arn)} has not been issued`);
  }
  if (String(arn).split(':')[3] !== facts['region']) {
    throw new AwsError('BadRequestException: Invalid certificate ARN: it must be in the region of the domain name');
  }
  const host = String(inputs['domainName']);
  const wildcard = `*.${host.split('.').slice(1).join('.')}`;
  if ([host, wildcard].includes(String(certificate.outputs['domainName']))) return;
  throw new AwsError('BadRequestException: The domain name to be created is not covered by the provided certificate.');
}

/** Checks the security policy of a domain: HTTP APIs support only this one. */
function httpApiTakesThePolicy({ account, inputs }: Call): void {
  if (!account.find(apiType, String(inputs['apiId']))) return;
  const domain = account.find(domainType, String(inputs['domainName']));
  if (at(domain?.inputs, 'domainNameConfiguration.securityPolicy') === 'TLS_1_2') return;
  throw new AwsError('BadRequestException: HTTP APIs only support the TLS_1_2 security policy');
}
