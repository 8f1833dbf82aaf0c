import type { ResourceType } from './resource-type.ts';

export const logs: Readonly<Record<string, ResourceType>> = {
  'aws:cloudwatch/logGroup:LogGroup': {
    label: 'CloudWatch Logs Log Group',
    id: '{name}',
    outputs: { arn: 'arn:aws:logs:{region}:{account}:log-group:{name}' },
    fixed: ['name', 'logGroupClass'],
    autoNamed: 'name',
    unique: {
      key: 'logs {region} {name}',
      taken: 'ResourceAlreadyExistsException: The specified log group already exists',
    },
  },
};

/**
 * A rule of this gateway, which AWS does not require: a log group must exist before and as long as the resource that writes to
 * it. The writer would otherwise create it again, and it would never expire.
 */
export const writesTo = (value: string, of: string) => ({
  value,
  to: { 'aws:cloudwatch/logGroup:LogGroup': of },
  missing: `ResourceNotFoundException: The specified log group does not exist: ${value}`,
  held: 'OperationAbortedException: something still writes to this log group',
});
