import type { Inspected } from './rule.ts';

/** Resources of the gateway that break a policy, with the reason. */
export interface Exception {
  readonly policy: string;
  /** The URN's end: the type of the component, that of the resource, and the name. */
  readonly urn: RegExp;
  /** The one message that is expected. */
  readonly message: string;
  readonly reason: string;
}

/** Every exception. The config of a policy can take them back: `{"topic-encryption": {"exceptions": false}}`. */
export const exceptions: readonly Exception[] = [
  {
    policy: 'topic-encryption',
    urn: /\bbedrock-gateway:infra:AlertTopic\$aws:sns\/topic:Topic::[^:]+$/,
    message: 'is not encrypted: set kmsMasterKeyId',
    reason:
      'CloudWatch can publish to an encrypted topic only if the policy of a key of yours allows it. The topic carries names of alarms and projects, no prompts and no keys; alarmKmsKeyArn encrypts it.',
  },
  {
    policy: 'no-wildcard-actions',
    urn: /\bbedrock-gateway:infra:PrivateNetwork\$aws:ec2\/vpcEndpoint:VpcEndpoint::[^:]+-cognito-idp$/,
    message: 'allows cognito-idp:*: name the actions',
    reason:
      'The functions read the public keys of user pools, and AWS names no action for that. The endpoint lets through only requests about the pools of the config.',
  },
  {
    policy: 'no-wildcard-actions',
    urn: /\bbedrock-gateway:infra:GatewayFunction\$aws:iam\/rolePolicy:RolePolicy::[^:]+$/,
    message:
      'allows ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ec2:UnassignPrivateIpAddresses on all resources: name them',
    reason:
      "Lambda makes and removes the network interfaces of a function in a VPC with the function's role, and their names are not known before. A second statement denies the same to the function's own code.",
  },
];

/** Whether an exception covers what a policy finds wrong with a resource. */
export function isExcepted(policy: string, { urn }: Pick<Inspected, 'urn'>, message: string): boolean {
  return exceptions.some((each) => each.policy === policy && each.urn.test(urn) && each.message === message);
}
