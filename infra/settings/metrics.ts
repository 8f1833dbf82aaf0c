import { arn, regionOf } from './arn.ts';
import type { ConfigValues } from './config-values.ts';
import { removeAdvice, removeCommand, setAdvice } from './rule.ts';
import type { Rule } from './rule.ts';
import { InvalidValue, fields, flag, json, list, quoted, scalar, text, within } from './values.ts';
import type { Reader } from './values.ts';

/** What the functions write metrics of, besides the whole stack. */
export interface MetricsConfig {
  /** Names of projects that metrics are divided by. */
  readonly projects: readonly string[];
}

/** Each project is four metrics that are billed. */
const maxProjects = 50;

/** Values of dimensions are ASCII; a comma would end the name in the environment of the functions. */
const projectName = text(
  /^(?=.*[^\x20])[\x20-\x2b\x2d-\x7e]{1,100}$/,
  'a name of 1 to 100 characters of ASCII, without commas',
);

/** Reads `true`, `false`, or the map of metrics. Throws an InvalidValue for any other text. */
export const metrics: Reader<MetricsConfig | boolean> = (value) => {
  const map = json(value);
  if (typeof map !== 'object') return flag(value);
  const values = fields(map, { required: [], optional: ['projects'] });
  if (!values.has('projects')) return true;
  const projects = within(
    () => list(projectName)(scalar(values.get('projects'))),
    ({ message, fix: { place = '' } }) =>
      new InvalidValue(`has a value at projects${place} that ${message}`, {
        place: `.projects${place}`,
        example: `--path 'metrics.projects${place === '' ? '[0]' : place}' <name of a project>`,
      }),
  );
  if (projects.length > maxProjects) {
    throw new InvalidValue(
      `names ${projects.length} projects, and may name ${maxProjects}: each has metrics of its own`,
    );
  }
  return { projects };
};

/** The topic of SNS that alarms are sent to, by its ARN. Throws an InvalidValue for any other text. */
export const topicArn = arn('sns', (value) => {
  if (/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(value)) return value;
  throw new InvalidValue(`must be the ARN of an SNS topic, which is not a FIFO topic, not ${quoted(value)}`);
});

/** Addresses as SNS takes them, without a name before them. */
export const emailAddress = text(/^[^\s@,"<>]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i, 'an e-mail address');

/** The settings of metrics; undefined if the functions write none. */
export function metricsSettings({ metrics: value }: Pick<ConfigValues, 'metrics'>): MetricsConfig | undefined {
  if (value === false) return undefined;
  return value === true ? { projects: [] } : value;
}

/** Rules between the keys of metrics, the dashboard and alarms. */
export function metricsRules(values: ConfigValues): Rule[] {
  const { metrics: value, gatewayKeys, isSet } = values;
  return [
    [
      typeof value === 'object' && !gatewayKeys,
      `metrics names projects, and only stacks with gatewayKeys have some. Remove it with: ${removeCommand("--path 'metrics.projects'")}`,
    ],
    [
      value === false && isSet('dashboard') && values.dashboard,
      `dashboard shows metrics, and metrics: false leaves them out. ${removeAdvice('dashboard')}`,
    ],
    ...(['dailyCostAlarm', 'latencyAlarm'] as const).map((key): Rule => [
      value === false && isSet(key),
      `${key} watches metrics, and metrics: false leaves them out. ${removeAdvice(key)}`,
    ]),
  ];
}

/** Rules between the keys of alarms. */
export function alarmRules(values: ConfigValues): Rule[] {
  const { alarms, alarmEmails, alarmTopicArn, alarmKmsKeyArn, gatewayKeys, region, isSet } = values;
  const hasTopic = gatewayKeys || (alarms && alarmTopicArn === undefined);
  return [
    ...(['dailyCostAlarm', 'latencyAlarm', 'alarmTopicArn'] as const).map((key): Rule => [
      !alarms && isSet(key),
      `${key} says something about alarms, and alarms: false leaves them out. ${removeAdvice(key)}`,
    ]),
    ...(['alarmEmails', 'alarmKmsKeyArn'] as const).map((key): Rule => [
      !hasTopic && isSet(key),
      `${key} says something about the stack's own topic, and there is none: ${alarms ? 'alarmTopicArn names another' : 'alarms: false leaves it out'}. ${removeAdvice(key)}`,
    ]),
    [
      alarmTopicArn !== undefined && regionOf(alarmTopicArn) !== region,
      `alarmTopicArn is in ${regionOf(alarmTopicArn)}, and alarms tell only topics of their own region, ${region}. ${setAdvice('alarmTopicArn <ARN>')}`,
    ],
    [
      alarmKmsKeyArn !== undefined && regionOf(alarmKmsKeyArn) !== region,
      `alarmKmsKeyArn is in ${regionOf(alarmKmsKeyArn)}, and the topic is in ${region}. ${setAdvice('alarmKmsKeyArn <ARN>')}`,
    ],
    [
      alarmEmails.length > maxEmails,
      `alarmEmails has ${alarmEmails.length} addresses, and may have ${maxEmails}. Use a mailing list, or alarmTopicArn`,
    ],
  ];
}

/** More people are a mailing list. */
const maxEmails = 20;
