import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { tags } from './naming.ts';
import type { SpendingSettings } from './settings/spending.ts';
import { spendingPolicy } from './spending-policy.ts';

/** What the role is for. */
export interface SpendingRoleArgs {
  readonly spending: SpendingSettings;
  /** Where the stack is, and its endpoints are. */
  readonly region: string;
  /** The roles of the functions: nobody else may assume this one. */
  readonly functionRoleArns: readonly pulumi.Input<string>[];
}

/**
 * The role by which the stack itself pays on Bedrock and SageMaker. The functions' own roles never have these rights: a slip
 * that signs with them, or that takes a stranger for a listed caller before the signer is asked, spends nothing.
 */
export class SpendingRole extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: SpendingRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:SpendingRole', name, {}, options);
    const role = new aws.iam.Role(
      name,
      {
        description: 'Pays for calls of the listed callers of an OpenAI-compatible gateway to Amazon Bedrock',
        assumeRolePolicy: pulumi.jsonStringify(trust(args.functionRoleArns)),
        tags: tags(),
      },
      { parent: this },
    );
    const policy = role.arn.apply((arn) => {
      const [, partition = '', , , account = ''] = arn.split(':');
      return JSON.stringify(spendingPolicy(args.spending, { partition, account, region: args.region }));
    });
    new aws.iam.RolePolicy(name, { role: role.id, policy }, { parent: this });
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function trust(roleArns: readonly pulumi.Input<string>[]) {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: roleArns } };
  return { Version: '2012-10-17', Statement: [statement] };
}
