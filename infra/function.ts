import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { physicalName, tags } from './naming.ts';
import { logGroup } from './observability.ts';
import type { Environment } from '../function/config.ts';
import type { Settings } from './settings.ts';

/** What a function of the gateway is made of. */
export interface GatewayFunctionArgs {
  /** Which of the two exports of the bundle runs. */
  readonly entry: 'buffered' | 'streaming';
  readonly code: pulumi.Input<pulumi.asset.Archive>;
  readonly timeoutSeconds: number;
  readonly settings: Settings;
  /** The role that pays for what the stack pays on AWS, where it pays anything. */
  readonly spendingRoleArn: pulumi.Input<string> | undefined;
}

/** A Lambda function with its role, its log and the alias that the APIs call. */
export class GatewayFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
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
        ...shape(args),
        name: functionName,
        role: role.arn,
        loggingConfig: {
          logFormat: 'JSON',
          logGroup: logs.name,
          applicationLogLevel: settings.logLevel.toUpperCase(),
          systemLogLevel: 'INFO',
        },
      },
      { parent: this, dependsOn: [policy] },
    );
    // The APIs call the alias, never $LATEST: a gradual roll-out can then come later without replacing anything.
    this.alias = new aws.lambda.Alias(
      name,
      { name: 'live', functionName: lambda.name, functionVersion: lambda.version },
      { parent: this },
    );
    this.keepStarted(name, settings.provisionedConcurrency[entry]);
    this.functionName = lambda.name;
    this.roleArn = role.arn;
    this.logGroupName = logs.name;
    this.registerOutputs({ functionName: this.functionName, logGroupName: this.logGroupName });
  }

  /** Lets one API call the alias, and no other. */
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

  private keepStarted(name: string, environments: number | undefined): void {
    if (environments === undefined) return;
    const args = {
      functionName: this.alias.functionName,
      qualifier: this.alias.name,
      provisionedConcurrentExecutions: environments,
    };
    new aws.lambda.ProvisionedConcurrencyConfig(name, args, { parent: this });
  }
}

function shape({ entry, code, timeoutSeconds, settings, spendingRoleArn }: GatewayFunctionArgs) {
  const deployed: Deployed = spendingRoleArn === undefined ? {} : { SPENDING_ROLE_ARN: spendingRoleArn };
  return {
    description: `OpenAI-compatible gateway to Amazon Bedrock (${entry} answers)`,
    handler: `index.${entry}`,
    code,
    runtime: settings.runtime,
    architectures: ['arm64'], // a fifth cheaper than x86 for the same time
    memorySize: settings.memory,
    timeout: timeoutSeconds,
    environment: { variables: { ...settings.environment, ...deployed } },
    tracingConfig: { mode: settings.tracing ? 'Active' : 'PassThrough' },
    reservedConcurrentExecutions: settings.reservedConcurrency[entry] ?? -1, // -1 takes a former limit away
    publish: true, // the alias points to a version
    tags: tags(),
  };
}

/** The part of the environment that is known only once something is deployed. */
type Deployed = Partial<Record<keyof Environment, pulumi.Input<string>>>;

function trust(service: string): string {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/**
 * All that the function may do: write its own log and, when traced, send traces; where the config needs it, become the role
 * that pays, and read the one secret and the one parameter. It may call no model itself.
 */
function permissions(
  logGroupArn: pulumi.Output<string>,
  { settings: { tracing, secretArn, modelsParameter }, spendingRoleArn }: GatewayFunctionArgs,
) {
  const logs = pulumi.interpolate`${logGroupArn}:*`; // the streams of this group
  return {
    Version: '2012-10-17',
    Statement: [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logs),
      // X-Ray has no resources that these two could be limited to.
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
    ],
  };
}

/** In the partition, the region and the account of another ARN. */
function parameterArn(name: string, beside: string): string {
  const [, partition = '', , region = '', account = ''] = beside.split(':');
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

function allow(actions: readonly string[], resource: pulumi.Input<string>) {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}
