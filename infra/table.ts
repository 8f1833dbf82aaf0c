import type * as aws from '@pulumi/aws';

import { physicalName, tags } from './naming.ts';

/**
 * A table with a hash and a range key, both text, which is paid for by request. AWS encrypts every table at rest; its own key costs nothing,
 * and no policy can take it away from the functions.
 */
export function tableShape(name: 'keys' | 'usage', deletionProtectionEnabled: boolean): aws.dynamodb.TableArgs {
  return {
    name: physicalName(name),
    billingMode: 'PAY_PER_REQUEST',
    hashKey: 'pk',
    rangeKey: 'sk',
    attributes: [
      { name: 'pk', type: 'S' },
      { name: 'sk', type: 'S' },
    ],
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled,
    tags: tags(),
  };
}
