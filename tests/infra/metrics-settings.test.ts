import { readSettings } from '../../infra/settings.ts';
import { asPulumiTellsIt } from './variants.ts';

const region = { 'aws:region': 'us-east-1' };
const topic = 'arn:aws:sns:us-east-1:123456789012:oncall';
const key = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd';

function read(config: Readonly<Record<string, unknown>>) {
  const own = Object.entries(config).map(([name, value]) => [`bedrock-gateway:${name}`, value]);
  return readSettings(asPulumiTellsIt({ ...region, ...Object.fromEntries(own) }));
}

test('a stack has metrics, a dashboard and alarms unless its config says otherwise', () => {
  expect(read({})).toMatchObject({
    metrics: { projects: [] },
    dashboard: true,
    alarms: { latencySeconds: 120, dailyCost: 100 },
    alarmEmails: [],
    alarmTopicArn: undefined,
    alarmKmsKeyArn: undefined,
  });
  expect(read({}).environment).not.toHaveProperty('METRICS_PROJECTS');
});

test('without metrics there is no dashboard', () => {
  expect(read({ metrics: false })).toMatchObject({ metrics: undefined, dashboard: false });
});

test('names of projects are in the environment of the functions', () => {
  const { environment, metrics } = read({ gatewayKeys: true, metrics: { projects: ['search', 'Team B'] } });
  expect([metrics, environment.METRICS_PROJECTS]).toEqual([{ projects: ['search', 'Team B'] }, 'search,Team B']);
  expect(read({ metrics: {} })).toMatchObject({ metrics: { projects: [] } });
});

test('alarms have the thresholds of the config', () => {
  expect(read({ dailyCostAlarm: 25, latencyAlarm: 60 }).alarms).toEqual({ latencySeconds: 60, dailyCost: 25 });
  expect(read({ alarms: false }).alarms).toBeUndefined();
});

test('prices may be set in a stack without keys, for estimates', () => {
  const prices = { 'openai:gpt-4o': { input: 2.5, output: 10 } };
  expect(read({ prices }).catalog).toHaveProperty('prices');
});

test.each<[object, string]>([
  [{ metrics: 'yes' }, 'metrics must be true or false, not "yes". Set it with: npx pulumi config set metrics true'],
  [
    { metrics: { project: ['a'] } },
    'metrics has no field "project" (did you mean projects?): it takes projects. Remove it with: npx pulumi config rm --path metrics.project',
  ],
  [
    { gatewayKeys: true, metrics: { projects: ['a,b'] } },
    `metrics has a value at projects[0] that must be a name of 1 to 100 characters of ASCII, without commas, not "a,b". Set it with: npx pulumi config set --path 'metrics.projects[0]' <name of a project>`,
  ],
  [
    { gatewayKeys: true, metrics: { projects: ['Zoë'] } },
    'metrics has a value at projects[0] that must be a name of 1 to 100 characters of ASCII, without commas, not "Zoë"',
  ],
  [
    { gatewayKeys: true, metrics: { projects: Array.from({ length: 51 }, (_, index) => `p${index}`) } },
    'metrics names 51 projects, and may name 50',
  ],
  [
    { metrics: { projects: ['search'] } },
    "metrics names projects, and only stacks with gatewayKeys have some. Remove it with: npx pulumi config rm --path 'metrics.projects'",
  ],
  [
    { metrics: false, dashboard: true },
    'dashboard shows metrics, and metrics: false leaves them out. Remove it with: npx pulumi config rm dashboard',
  ],
  [
    { metrics: false, dailyCostAlarm: 5 },
    'dailyCostAlarm watches metrics, and metrics: false leaves them out. Remove it with: npx pulumi config rm dailyCostAlarm',
  ],
  [
    { metrics: false, prices: { x: { input: 1, output: 1 } } },
    'prices says what requests cost, and nobody asks: metrics is false, and without gatewayKeys there are no projects. Remove it with: npx pulumi config rm prices',
  ],
  [
    { alarms: false, latencyAlarm: 5 },
    'latencyAlarm says something about alarms, and alarms: false leaves them out. Remove it with: npx pulumi config rm latencyAlarm',
  ],
  [
    { alarms: false, alarmTopicArn: topic },
    'alarmTopicArn says something about alarms, and alarms: false leaves them out. Remove it with: npx pulumi config rm alarmTopicArn',
  ],
  [
    { alarms: false, alarmEmails: ['a@example.com'] },
    "alarmEmails says something about the stack's own topic, and there is none: alarms: false leaves it out. Remove it with: npx pulumi config rm alarmEmails",
  ],
  [
    { alarmTopicArn: topic, alarmKmsKeyArn: key },
    "alarmKmsKeyArn says something about the stack's own topic, and there is none: alarmTopicArn names another. Remove it with: npx pulumi config rm alarmKmsKeyArn",
  ],
  [
    { alarmTopicArn: topic.replace('us-east-1', 'eu-west-1') },
    'alarmTopicArn is in eu-west-1, and alarms tell only topics of their own region, us-east-1. Set it with: npx pulumi config set alarmTopicArn <ARN>',
  ],
  [{ alarmTopicArn: `${topic}.fifo` }, 'alarmTopicArn must be the ARN of an SNS topic, which is not a FIFO topic'],
  [
    { alarmKmsKeyArn: key.replace('us-east-1', 'eu-west-1') },
    'alarmKmsKeyArn is in eu-west-1, and the topic is in us-east-1. Set it with: npx pulumi config set alarmKmsKeyArn <ARN>',
  ],
  [
    { alarmKmsKeyArn: 'alias/aws/sns' },
    'alarmKmsKeyArn must be the ARN of a KMS key by its id (arn:aws:kms:…:key/…), not of an alias',
  ],
  [
    { alarmEmails: ['oncall'] },
    'alarmEmails must be an e-mail address, not "oncall". Set it with: npx pulumi config set --path \'alarmEmails[0]\' oncall@example.com',
  ],
  [{ alarmEmails: ['Oncall <oncall@example.com>'] }, 'alarmEmails must be an e-mail address'],
  [
    { alarmEmails: Array.from({ length: 21 }, (_, index) => `p${index}@example.com`) },
    'alarmEmails has 21 addresses, and may have 20',
  ],
  [{ dailyCostAlarm: 0 }, 'dailyCostAlarm must be a whole number from 1 to 1000000, not "0"'],
  [{ latencyAlarm: 901 }, 'latencyAlarm must be a whole number from 1 to 900, not "901"'],
])('the config %j is refused: %s', (config, message) => {
  expect(() => read({ ...config })).toThrow(`bedrock-gateway:${message}`);
});

test('addresses may be set beside another topic where the stack has one for spend alerts', () => {
  const config = { gatewayKeys: true, alarmTopicArn: topic, alarmEmails: ['a@example.com'] };
  expect(read(config)).toMatchObject({ alarmEmails: ['a@example.com'], alarmTopicArn: topic });
  expect(read({ gatewayKeys: true, alarms: false, alarmKmsKeyArn: key }).alarmKmsKeyArn).toBe(key);
});

test('long names of projects leave less room for other lists in the environment', () => {
  const projects = Array.from({ length: 35 }, (_, index) => `${String(index).padStart(2, '0')}${'x'.repeat(98)}`);
  expect(() => read({ gatewayKeys: true, metrics: { projects } })).toThrow('too long for the environment');
});
