import type { SpendAlert } from '../../function/auth/rules.ts';
import { alertSender, alertMessage, type CrossedAlert } from '../../function/metering/alerts.ts';
import { readPolicy } from '../../local/iam/policy.ts';
import { createIam } from '../../local/iam/verify.ts';
import type { Message } from '../../local/simulators/sns/message.ts';
import { SnsError } from '../../local/simulators/sns/sns-error.ts';
import { snsSimulator } from '../../local/simulators/sns/simulator.ts';

const region = 'us-east-1';
const topicArn = `arn:aws:sns:${region}:123456789012:alerts`;
const roleArn = 'arn:aws:iam::123456789012:role/function';
const statement = { Effect: 'Allow', Action: ['sns:Publish'], Resource: [topicArn] };
const iam = createIam({
  roles: [
    { arn: roleArn, trust: { statements: [] }, policies: [readPolicy(JSON.stringify({ Statement: statement }))] },
  ],
});

const alert: SpendAlert = {
  id: 'alert0000001',
  threshold: 12_345,
  recipients: ['finance@example.com', 'ops@example.com'],
  subjectPrefix: 'Büro',
};
const about: CrossedAlert = { of: 'project', projectId: 'project00001', month: '2026-11', spent: 123_459_999_999 };

let answer: () => void;
const published: Message[] = [];
let sns: Awaited<ReturnType<typeof snsSimulator.start>>;
beforeAll(async () => {
  sns = await snsSimulator.start({
    iam,
    region,
    topics: [{ name: 'alerts', arn: topicArn }],
    log: () => undefined,
    published: (message) => {
      published.push(message);
      answer();
    },
  });
});
afterAll(() => sns.close());
beforeEach(() => {
  published.length = 0;
  answer = () => undefined;
});

function sender(arn = topicArn) {
  const log: unknown[] = [];
  const credentials = iam.issue(roleArn);
  const send = alertSender({ topicArn: arn, region, credentials, endpoint: sns.url, log: (line) => log.push(line) });
  return { send, log };
}

test('an alert is one message that names the project and the recipients', async () => {
  const { send, log } = sender();
  await send(alert, about);
  expect(log).toEqual([]);
  expect(published).toEqual([
    {
      topicArn,
      subject: 'B?ro: project proj_project00001, 123.45 USD',
      text: [
        'The spending of project proj_project00001 in 2026-11 (UTC) has reached 123.45 USD.',
        'Spent so far: 123.45 USD.',
        '',
        'Alert: Büro (alert_alert0000001)',
        'Recipients: finance@example.com, ops@example.com',
      ].join('\n'),
      attributes: new Map([
        ['alert_id', 'alert_alert0000001'],
        ['spending_of', 'project'],
        ['project_id', 'proj_project00001'],
      ]),
    },
  ]);
});

test.each([
  ['\u3042'.repeat(40), /^\?{40}: the organization, 9000000\.00 USD$/],
  ['  a', /^a: the organization/],
  ['x'.repeat(90), /^x{90}: the org$/],
])('the prefix %s makes a subject that SNS takes', async (subjectPrefix, subject) => {
  const { send, log } = sender();
  await send({ ...alert, threshold: 900_000_000, subjectPrefix }, { of: 'organization', month: '2026-11', spent: 0 });
  expect(log).toEqual([]);
  expect(published[0]?.subject).toMatch(subject);
});

test('without a prefix the subject says what it is', () => {
  const { subjectPrefix: _none, ...plain } = alert;
  expect(alertMessage(plain, about).Subject).toBe('Spend alert: project proj_project00001, 123.45 USD');
});

test('what fails is logged by its name, and tried again first where that helps', async () => {
  const failing = sender();
  answer = () => {
    if (published.length === 1) throw new SnsError('InternalError', 'for the test');
  };
  await failing.send(alert, about);
  expect([published.length, failing.log]).toEqual([2, []]);
  const denied = sender(`${topicArn}-other`);
  await denied.send(alert, about);
  expect(denied.log).toEqual([{ problem: 'AuthorizationErrorException', operation: 'Publish', alert: alert.id }]);
});
