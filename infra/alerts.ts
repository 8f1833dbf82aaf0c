import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { physicalName, tags } from './naming.ts';

/**
 * Where spend alerts are sent: a topic to which whoever is to read them subscribes. It is encrypted by the key that AWS has for SNS in the
 * account, which costs nothing and needs no permission.
 */
export class AlertTopic extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:AlertTopic', name, {}, options);
    const topic = new aws.sns.Topic(
      name,
      { name: physicalName('alerts'), kmsMasterKeyId: 'alias/aws/sns', tags: tags() },
      { parent: this },
    );
    new aws.sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: pulumi.jsonStringify(tlsOnly(topic.arn)) },
      { parent: this },
    );
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

/** Who may publish or subscribe is said by the policies of roles in this account alone. */
function tlsOnly(topicArn: pulumi.Output<string>) {
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
    ],
  };
}
