import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { tags } from './naming.ts';
import type { SpendingSettings } from './settings/spending.ts';
import { spendingPolicy } from './spending-policy.ts';
import type { FileStore } from './storage.ts';

/** Arguments of the role that pays. */
export interface SpendingRoleArgs {
  readonly spending: SpendingSettings;
  /** The region of the stack and its SageMaker endpoints. */
  readonly region: string;
  /** ARNs of the functions' roles, which alone may assume this role. */
  readonly functionRoleArns: readonly pulumi.Input<string>[];
  /** Where files are kept; undefined if the stack stores none. */
  readonly storage: FileStore | undefined;
}

/**
 * The role with which the stack pays on Bedrock and SageMaker. The functions' own roles never have these rights: code that signs
 * with them by mistake, or that accepts an unauthenticated caller before the signer is used, spends nothing.
 */
export class SpendingRole extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: SpendingRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:SpendingRole', name, {}, options);
    const role = new aws.iam.Role(
      name,
      {
        description: 'Makes the calls to Amazon Bedrock and SageMaker that an OpenAI-compatible gateway pays for',
        assumeRolePolicy: pulumi.jsonStringify(trust(args.functionRoleArns)),
        tags: tags(),
      },
      { parent: this },
    );
    const { spending, region, storage } = args;
    const policy = pulumi.all([role.arn, storage?.bucketArn]).apply(([arn, bucketArn]) => {
      const [, partition = '', , , account = ''] = arn.split(':');
      const files = bucketArn === undefined ? undefined : { bucketArn, kmsKeyArn: storage?.kmsKeyArn };
      return JSON.stringify(spendingPolicy(spending, { partition, account, region }, files));
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
