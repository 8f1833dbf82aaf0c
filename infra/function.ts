import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { AlertTopic } from './alerts.ts';
import { tableActions, userPoolActions } from './keys.ts';
import type { KeyStore, KeyUse } from './keys.ts';
import { physicalName, tags } from './naming.ts';
import { logGroup } from './observability.ts';
import type { FunctionVpc } from './private-network/private-network.ts';
import type { Environment } from '../function/config.ts';
import type { Settings } from './settings.ts';
import { kmsActions, listedPrefixes, objectActions } from './storage.ts';
import type { FileStore } from './storage.ts';
import { usageActions } from './usage.ts';
import type { UsageStore } from './usage.ts';

/** Arguments of a Lambda function of the gateway. */
export interface GatewayFunctionArgs {
  /** The export of the bundle that runs. */
  readonly entry: 'buffered' | 'streaming';
  readonly code: pulumi.Input<pulumi.asset.Archive>;
  readonly timeoutSeconds: number;
  readonly settings: Settings;
  /** The role that pays for calls on AWS; undefined if the stack pays for none. */
  readonly spendingRoleArn: pulumi.Input<string> | undefined;
  /** Where gateway keys are kept, and what the function does with them; undefined if the stack issues none. */
  readonly keys: { readonly store: KeyStore; readonly use: KeyUse } | undefined;
  /** Where requests are counted; undefined if none are. */
  readonly usage: UsageStore | undefined;
  /** Where spend alerts are sent; undefined if the stack issues no keys. */
  readonly alerts: AlertTopic | undefined;
  /** Where files are kept; undefined if the stack stores none. */
  readonly storage: FileStore | undefined;
  /** The URL of the REST API's stage; undefined unless the function must know it. */
  readonly stageUrl: pulumi.Input<string> | undefined;
  /** Where the function has its network interfaces; undefined for Lambda's own network. */
  readonly vpc: FunctionVpc | undefined;
}

/** Arguments of an API in front of a function. */
export interface ApiArgs {
  readonly backend: GatewayFunction;
  readonly settings: Settings;
}

/** A Lambda function with its role, its log and the alias that its API calls. */
export class GatewayFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  /** The version that gets requests, or during a canary most of them. */
  readonly liveVersion: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  readonly alias: aws.lambda.Alias;

  constructor(name: string, args: GatewayFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:GatewayFunction', name, {}, options);
    const { entry, settings } = args;
    const functionName = physicalName(entry);
    const logs = logGroup(
      name,
      { logGroupName: `/aws/lambda/${functionName}`, retentionDays: settings.logRetentionDays },
      { parent: this },
    );
    const role = new aws.iam.Role(
      name,
      { assumeRolePolicy: trust('lambda.amazonaws.com'), tags: tags() },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      { role: role.id, policy: pulumi.jsonStringify(permissions(logs.arn, args)) },
      { parent: this },
    );
    const lambda = new aws.lambda.Function(
      name,
      {
        ...functionShape(args),
        name: functionName,
        role: role.arn,
        loggingConfig: {
          logFormat: 'JSON',
          logGroup: logs.name,
          // Lambda drops lines below this level, and lines of metrics are INFO: the functions themselves write no others.
          applicationLogLevel: (settings.metrics && settings.logLevel !== 'debug'
            ? 'info'
            : settings.logLevel
          ).toUpperCase(),
          systemLogLevel: 'INFO',
        },
      },
      { parent: this, dependsOn: [policy] },
    );
    // The APIs call the alias, never $LATEST: its versions change, and nothing that names it does.
    this.alias = new aws.lambda.Alias(
      name,
      { name: 'live', functionName: lambda.name, ...route(lambda.version, entry, settings.canary) },
      { parent: this },
    );
    this.provision(name, settings.provisionedConcurrency[entry]);
    this.functionName = lambda.name;
    this.liveVersion = this.alias.functionVersion;
    this.roleArn = role.arn;
    this.logGroupName = logs.name;
    this.registerOutputs({ functionName: this.functionName, logGroupName: this.logGroupName });
  }

  /** Allows an API to call the alias. */
  allow(name: string, executionArn: pulumi.Input<string>): void {
    const permission: aws.lambda.PermissionArgs = {
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      function: this.alias.functionName,
      qualifier: this.alias.name,
      sourceArn: pulumi.interpolate`${executionArn}/*/*`,
    };
    new aws.lambda.Permission(name, permission, { parent: this });
  }

  private provision(name: string, environments: number | undefined): void {
    if (environments === undefined) return;
    const args = {
      functionName: this.alias.functionName,
      qualifier: this.alias.name,
      provisionedConcurrentExecutions: environments,
    };
    new aws.lambda.ProvisionedConcurrencyConfig(name, args, { parent: this });
  }
}

/**
 * The versions that an alias sends requests to: the newest, or with a canary the stable one and, by its weight, the newest. An alias takes
 * two versions that differ. Without code to roll out, the newest is the stable one.
 */
function route(newest: pulumi.Output<string>, entry: 'buffered' | 'streaming', canary: Settings['canary']) {
  const stable = canary?.stable[entry];
  if (canary === undefined || stable === undefined) return { functionVersion: newest };
  const { percent } = canary;
  const weights = (version: string) =>
    version === String(stable) || percent === 0
      ? undefined
      : { additionalVersionWeights: { [version]: percent / 100 } };
  return { functionVersion: String(stable), routingConfig: newest.apply(weights) };
}

function functionShape({
  entry,
  code,
  timeoutSeconds,
  settings,
  spendingRoleArn,
  keys,
  usage,
  alerts,
  storage,
  stageUrl,
  vpc,
}: GatewayFunctionArgs) {
  const deployed: Deployed = {
    ...(spendingRoleArn !== undefined && { SPENDING_ROLE_ARN: spendingRoleArn }),
    ...(keys && keyVariables(keys)),
    ...(usage && { USAGE_TABLE: usage.tableName }),
    ...(alerts && { ALERT_TOPIC_ARN: alerts.topicArn }),
    ...(storage && { STORAGE_BUCKET: storage.bucketName }),
    ...(stageUrl !== undefined && { STAGE_URL: stageUrl }),
    ...(settings.metrics && { METRICS_NAMESPACE: physicalName('metrics') }),
    ...(settings.metrics && settings.tracing && { TRACING: 'active' }),
  };
  return {
    description: `OpenAI-compatible gateway to Amazon Bedrock (${entry} answers)`,
    handler: `index.${entry}`,
    code,
    runtime: settings.runtime,
    architectures: ['arm64'], // a fifth cheaper than x86 for the same duration
    memorySize: settings.memory,
    timeout: timeoutSeconds,
    environment: { variables: { ...settings.environment, ...deployed } },
    tracingConfig: { mode: settings.tracing ? 'Active' : 'PassThrough' },
    reservedConcurrentExecutions: settings.reservedConcurrency[entry] ?? -1, // -1 removes a former limit
    ...(vpc && { vpcConfig: vpc }),
    publish: true, // the alias points to a version
    tags: tags(),
  };
}

/** Variables whose values are known only after a deployment. */
type Deployed = Partial<Record<keyof Environment, pulumi.Input<string>>>;

function keyVariables({ store, use }: NonNullable<GatewayFunctionArgs['keys']>): Deployed {
  return {
    KEY_TABLE: store.tableName,
    ADMIN_KEY_SHA256: store.adminSha256,
    ...(use === 'manage' && { USER_POOL_ID: store.userPoolId }),
  };
}

function trust(service: string): string {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/**
 * The policy of the function's role: write its own log and, with tracing, send traces; if the config needs it, assume the role
 * that pays, read the one secret and the one parameter, read the key table, or also write it and the user pool, count in the usage
 * table, send spend alerts, and use objects of the one bucket; in a VPC, Lambda may manage its network interfaces. The function itself may
 * call no model.
 */
function permissions(logGroupArn: pulumi.Output<string>, args: GatewayFunctionArgs) {
  const { entry, settings, spendingRoleArn, keys, usage, alerts, storage, vpc } = args;
  const { tracing, secretArn, modelsParameter, alarmKmsKeyArn } = settings;
  const logs = pulumi.interpolate`${logGroupArn}:*`; // the streams of this group
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logs),
      // X-Ray has no resources to which these actions could be restricted.
      ...(tracing ? [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*')] : []),
      ...(spendingRoleArn === undefined ? [] : [allow(['sts:AssumeRole'], spendingRoleArn)]),
      ...(secretArn === undefined ? [] : [allow(['secretsmanager:GetSecretValue'], secretArn)]),
      ...(modelsParameter === undefined
        ? []
        : [
            allow(
              ['ssm:GetParameter'],
              logGroupArn.apply((arn) => parameterArn(modelsParameter, arn)),
            ),
          ]),
      ...(keys === undefined ? [] : [allow(tableActions[keys.use], keys.store.tableArn)]),
      ...(keys?.use === 'manage' ? [allow(userPoolActions, keys.store.userPoolArn)] : []),
      ...(usage === undefined ? [] : [allow(usageActions[keys?.use ?? 'check'], usage.tableArn)]),
      ...(alerts === undefined ? [] : [allow(['sns:Publish'], alerts.topicArn)]),
      // SNS encrypts a message in the name of whoever publishes it.
      ...(alerts === undefined || alarmKmsKeyArn === undefined ? [] : [allow(kmsActions, alarmKmsKeyArn)]),
      ...(storage === undefined ? [] : storageRights(storage)),
      ...(vpc === undefined ? [] : networkRights(logGroupArn, entry)),
    ],
  };
}

/** What Lambda does with the role of a function in a VPC (AWSLambdaVPCAccessExecutionRole). AWS knows no resources for some of it. */
const networkActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** Lambda manages the network interfaces in the name of the role; the code of the function may not. */
function networkRights(logGroupArn: pulumi.Output<string>, entry: GatewayFunctionArgs['entry']) {
  const name = physicalName(entry);
  const functionArn = logGroupArn.apply((arn) => {
    const [, partition = '', , region = '', account = ''] = arn.split(':');
    return `arn:${partition}:lambda:${region}:${account}:function:${name}`;
  });
  const Condition = { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } };
  return [allow(networkActions, '*'), { ...allow(networkActions, '*'), Effect: 'Deny', Condition }];
}

/** Rights on the objects of the bucket, on lists of one owner's objects, and on the key that encrypts them. */
function storageRights({ bucketArn, kmsKeyArn }: FileStore) {
  const Condition = { StringLike: { 's3:prefix': listedPrefixes } };
  return [
    allow(objectActions, pulumi.interpolate`${bucketArn}/*`),
    { ...allow(['s3:ListBucket'], bucketArn), Condition },
    ...(kmsKeyArn === undefined ? [] : [allow(kmsActions, kmsKeyArn)]),
  ];
}

/** The ARN of a parameter in the partition, region and account of another ARN. */
function parameterArn(name: string, beside: string): string {
  const [, partition = '', , region = '', account = ''] = beside.split(':');
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

function allow(actions: readonly string[], resource: pulumi.Input<string>) {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}
