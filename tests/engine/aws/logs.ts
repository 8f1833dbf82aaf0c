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
 * What no service of AWS's asks for, and this gateway does: a log group is there before whatever writes to it, and for as
 * long. Its writer would otherwise make it again, to be kept for ever.
 */
export const writesTo = (value: string, of: string) => ({
  value,
  to: { 'aws:cloudwatch/logGroup:LogGroup': of },
  missing: `ResourceNotFoundException: The specified log group does not exist: ${value}`,
  held: 'OperationAbortedException: something still writes to this log group',
});
