import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { KeyUse } from './keys.ts';
import { tableShape } from './table.ts';

/** Actions on the usage table, by use: every function counts requests, and the one that manages keys also reports what was counted. */
export const usageActions: Readonly<Record<KeyUse, readonly string[]>> = {
  check: ['dynamodb:UpdateItem'],
  manage: ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
};

/** Arguments of the store of usage. */
export interface UsageStoreArgs {
  /** Whether AWS refuses to delete the table. */
  readonly deletionProtection: boolean;
}

/** Where requests are counted: limits, and what was used and spent. DynamoDB removes items some time after they have expired. */
export class UsageStore extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;

  constructor(name: string, { deletionProtection }: UsageStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:UsageStore', name, {}, options);
    const shape = { ...tableShape('usage', deletionProtection), ttl: { attributeName: 'expires', enabled: true } };
    const table = new aws.dynamodb.Table(name, shape, { parent: this });
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.registerOutputs({ tableName: this.tableName });
  }
}
