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
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': {
    label: 'CloudWatch Logs Metric Filter',
    id: '{name}',
    fixed: ['name', 'logGroupName'],
    autoNamed: 'name',
    refers: [
      {
        value: '{logGroupName}',
        to: { 'aws:cloudwatch/logGroup:LogGroup': '{name}' },
        missing: 'ResourceNotFoundException: The specified log group does not exist.',
      },
    ],
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': {
    label: 'CloudWatch Metric Alarm',
    id: '{name}',
    outputs: { arn: 'arn:aws:cloudwatch:{region}:{account}:alarm:{name}' },
    fixed: ['name'],
    autoNamed: 'name',
    // PutMetricAlarm replaces an alarm of the same name.
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
