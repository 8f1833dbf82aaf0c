import { createHash } from 'node:crypto';

import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { physicalName, tags } from './naming.ts';

/** Who reads what a topic is sent, and the key that it is encrypted with. */
export interface AlertTopicArgs {
  /** E-mail addresses; each must confirm before it gets anything. */
  readonly emails: readonly string[];
  /** A key of the customer's own; undefined for no encryption. */
  readonly kmsKeyArn: string | undefined;
}

/**
 * Where alarms and spend alerts are sent: a topic to which whoever is to read them subscribes. CloudWatch may not use the key that AWS has
 * for SNS, and its alarms would vanish: a key must be the customer's own, and its policy must let cloudwatch.amazonaws.com use it.
 */
export class AlertTopic extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, { emails, kmsKeyArn }: AlertTopicArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:AlertTopic', name, {}, options);
    const key = kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn };
    const topic = new aws.sns.Topic(name, { name: physicalName('alerts'), ...key, tags: tags() }, { parent: this });
    new aws.sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: pulumi.jsonStringify(topicPolicy(topic.arn)) },
      { parent: this },
    );
    for (const email of emails) {
      // Called by a hash, so that the order of the addresses does not matter, and no address is in a name.
      const id = createHash('sha256').update(email).digest('hex').slice(0, 8);
      new aws.sns.TopicSubscription(
        `${name}-${id}`,
        { topic: topic.arn, protocol: 'email', endpoint: email },
        { parent: this },
      );
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

/** Policies of roles say who of this account may publish or subscribe; alarms of CloudWatch have no role. */
function topicPolicy(topicArn: pulumi.Output<string>) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { StringEquals: { 'aws:SourceAccount': topicArn.apply((arn) => arn.split(':')[4] ?? '') } },
      },
    ],
  };
}

/** Log groups of the functions by their entry, and the topic that is told. */
export interface StoreAlarmArgs {
  readonly logGroups: Readonly<Record<string, pulumi.Input<string>>>;
  readonly topicArn: pulumi.Input<string>;
}

/** The lines that function/log.ts writes when the key table, the user pool, the usage table or the bucket fails, or an alert cannot be sent. */
const failurePattern =
  '{ ($.level = "ERROR") && (($.message = "usage") || ($.message = "gateway keys") || ($.message = "storage")) }';

/** In seconds. One failed call in it is enough: the functions have tried again by then. */
const alarmPeriod = 300;

/** Alarms when a table or bucket that the functions need fails: requests are refused then, not counted, or their answers not stored. */
export class StoreAlarm extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { logGroups, topicArn }: StoreAlarmArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:StoreAlarm', name, {}, options);
    const metric = { namespace: 'BedrockGateway', name: physicalName('stores') };
    for (const [entry, logGroupName] of Object.entries(logGroups)) {
      new aws.cloudwatch.LogMetricFilter(
        `${name}-${entry}`,
        {
          name: physicalName('stores'),
          logGroupName,
          pattern: failurePattern,
          metricTransformation: { ...metric, value: '1' },
        },
        { parent: this },
      );
    }
    const alarm = new aws.cloudwatch.MetricAlarm(
      name,
      {
        name: physicalName('stores'),
        alarmDescription:
          'A store that the gateway needs has failed: requests were refused, not counted, or not stored. See docs/operations.md#stores',
        namespace: metric.namespace,
        metricName: metric.name,
        statistic: 'Sum',
        period: alarmPeriod,
        evaluationPeriods: 1,
        threshold: 1,
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        treatMissingData: 'notBreaching',
        alarmActions: [topicArn],
        okActions: [topicArn],
        tags: tags(),
      },
      { parent: this },
    );
    this.arn = alarm.arn;
    this.registerOutputs({});
  }
}
