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
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': {
    label: 'CloudWatch Composite Alarm',
    id: '{alarmName}',
    outputs: { arn: 'arn:aws:cloudwatch:{region}:{account}:alarm:{alarmName}' },
    fixed: ['alarmName'],
  },
  'aws:cloudwatch/dashboard:Dashboard': {
    label: 'CloudWatch Dashboard',
    id: '{dashboardName}',
    // Dashboards are of an account, in all of its regions.
    outputs: { dashboardArn: 'arn:aws:cloudwatch::{account}:dashboard/{dashboardName}' },
    fixed: ['dashboardName'],
  },
  'aws:cloudwatch/queryDefinition:QueryDefinition': {
    label: 'CloudWatch Logs Query Definition',
    id: '{random}',
    outputs: {
      queryDefinitionId: '{random}',
      arn: 'arn:aws:logs:{region}:{account}:query-definition:{random}',
    },
    fixed: [],
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
