import * as pulumi from '@pulumi/pulumi';

import type { AlertTopic } from '../alerts.ts';
import { tableActions, userPoolActions } from '../keys.ts';
import type { KeyStore } from '../keys.ts';
import type { Settings } from '../settings.ts';
import { listedPrefixes, objectActions } from '../storage.ts';
import type { FileStore } from '../storage.ts';
import { usageActions } from '../usage.ts';
import type { UsageStore } from '../usage.ts';

/** What the functions of a stack use of AWS. */
export interface EndpointUse {
  readonly settings: Settings;
  /** ARNs of the functions' roles. */
  readonly functionRoleArns: readonly pulumi.Output<string>[];
  /** The role that pays for calls on AWS; undefined if the stack pays for none. */
  readonly spendingRoleArn: pulumi.Output<string> | undefined;
  readonly keyStore: KeyStore | undefined;
  readonly usage: UsageStore | undefined;
  /** The topic of spend alerts; undefined if the functions send none. */
  readonly alerts: AlertTopic | undefined;
  readonly storage: FileStore | undefined;
}

/** An endpoint of the VPC: a service of AWS, and what may be done there through it. */
export interface ServiceEndpoint {
  /** The service as the end of the endpoint's service name, such as `sagemaker.runtime`. */
  readonly service: string;
  readonly type: 'Gateway' | 'Interface';
  readonly statements: readonly object[];
}

/** Actions of the runtime operations that the gateway serves. Callers bring keys of any account. */
const runtimeActions = [
  'bedrock:ApplyGuardrail',
  'bedrock:CallWithBearerToken',
  'bedrock:CountTokens',
  'bedrock:GetAsyncInvoke',
  'bedrock:InvokeGuardrailChecks',
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'bedrock:ListAsyncInvokes',
];

/** Actions of Bedrock's control plane that the gateway serves, or asks for its lists of models. */
const controlActions = [
  'bedrock:CallWithBearerToken',
  'bedrock:GetFoundationModel',
  'bedrock:GetInferenceProfile',
  'bedrock:ListFoundationModels',
  'bedrock:ListInferenceProfiles',
];

/** The endpoints that a stack needs, with policies that allow what its functions do and nothing else. */
export function endpointsOf(use: EndpointUse): ServiceEndpoint[] {
  const { settings, spendingRoleArn, storage } = use;
  const { spending, modelsParameter } = settings;
  const all: readonly (readonly [service: string, statements: readonly object[]])[] = [
    ['bedrock-runtime', [anybody(runtimeActions, '*')]],
    ['bedrock', [anybody(controlActions, '*')]],
    ['sts', spendingRoleArn ? [functions(use, ['sts:AssumeRole'], spendingRoleArn)] : []],
    ['sagemaker.runtime', spendingRoleArn && spending?.endpoints.length ? [payer(spendingRoleArn)] : []],
    [
      'ssm',
      modelsParameter === undefined ? [] : [functions(use, ['ssm:GetParameter'], parameterArn(use, modelsParameter))],
    ],
    ['sns', use.alerts ? [functions(use, ['sns:Publish'], use.alerts.topicArn)] : []],
    ['cognito-idp', userPools(use)],
    ['dynamodb', tables(use)],
    ['s3', storage ? bucket(use, storage) : []],
  ];
  return all
    .filter(([, statements]) => statements.length > 0)
    .map(([service, statements]) => ({
      service,
      type: service === 'dynamodb' || service === 's3' ? 'Gateway' : 'Interface',
      statements,
    }));
}

/** Allows whoever has a Bedrock API key, and the role that pays. */
function anybody(actions: readonly string[], resource: string | readonly pulumi.Input<string>[]) {
  return { Effect: 'Allow', Principal: '*', Action: actions, Resource: resource };
}

/** Allows the functions' own roles. */
function functions(use: EndpointUse, actions: readonly string[], resource: pulumi.Input<string>) {
  return {
    Effect: 'Allow',
    Principal: '*',
    Action: actions,
    Resource: resource,
    Condition: { ArnEquals: { 'aws:PrincipalArn': use.functionRoleArns } },
  };
}

/** Allows the role that pays to invoke endpoints; its own policy says which. */
function payer(roleArn: pulumi.Output<string>) {
  const Condition = { ArnEquals: { 'aws:PrincipalArn': [roleArn] } };
  return { ...anybody(['sagemaker:InvokeEndpoint'], '*'), Condition };
}

function userPools(use: EndpointUse): object[] {
  const { keyStore, settings } = use;
  const { region, userPools: issuers } = settings;
  // A pool may be in another account.
  const issuerArns = issuers.map((id) =>
    inPlace(use, ({ partition }) => `arn:${partition}:cognito-idp:${region}:*:userpool/${id}`),
  );
  return [
    ...(keyStore ? [functions(use, userPoolActions, keyStore.userPoolArn)] : []),
    // Anybody may read the keys of a pool, and Cognito names no action for that.
    ...(issuerArns.length > 0 ? [anybody(['cognito-idp:*'], issuerArns)] : []),
  ];
}

function parameterArn(use: EndpointUse, name: string): pulumi.Output<string> {
  const { region } = use.settings;
  return inPlace(
    use,
    ({ partition, account }) => `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`,
  );
}

/** A text with the partition and the account of the functions. */
function inPlace(
  { functionRoleArns: [roleArn] }: EndpointUse,
  text: (place: { readonly partition: string; readonly account: string }) => string,
): pulumi.Output<string> {
  return pulumi.output(roleArn).apply((arn = '') => {
    const [, partition = '', , , account = ''] = arn.split(':');
    return text({ partition, account });
  });
}

function tables(use: EndpointUse): object[] {
  const { keyStore, usage } = use;
  return [
    ...(keyStore ? [functions(use, tableActions.manage, keyStore.tableArn)] : []),
    ...(usage ? [functions(use, usageActions[keyStore ? 'manage' : 'check'], usage.tableArn)] : []),
  ];
}

function bucket(use: EndpointUse, { bucketArn }: FileStore): object[] {
  const listed = functions(use, ['s3:ListBucket'], bucketArn);
  return [
    functions(use, objectActions, pulumi.interpolate`${bucketArn}/*`),
    { ...listed, Condition: { ...listed.Condition, StringLike: { 's3:prefix': listedPrefixes } } },
  ];
}
