import { codeOf, isFields } from './answers.ts';
import type { Aws, Subscription } from './aws.ts';
import { failed, ok, skipped, type Check } from './check.ts';

/** A quota of AWS, and the smallest value that it has in an account that AWS has not restricted (docs/operations.md, Quotas). */
interface Quota {
  readonly name: string;
  readonly service: string;
  readonly serviceName: string;
  readonly code: string;
  readonly least: number;
  readonly unit: string;
}

/** Codes: AWS's Service Quotas; values: Lambda's default, and API Gateway's in the regions in which it is a quarter of the usual one. */
const quotas: readonly Quota[] = [
  {
    name: 'Lambda quota',
    service: 'lambda',
    serviceName: 'AWS Lambda',
    code: 'L-B99A9384',
    least: 1_000,
    unit: 'concurrent executions',
  },
  {
    name: 'API rate quota',
    service: 'apigateway',
    serviceName: 'Amazon API Gateway',
    code: 'L-8A5B8E43',
    least: 2_500,
    unit: 'requests per second for all APIs',
  },
  {
    name: 'domains quota',
    service: 'apigateway',
    serviceName: 'Amazon API Gateway',
    code: 'L-A93447B8',
    least: 120,
    unit: 'custom domains',
  },
];

/** Name of the check of the topic's subscriptions. */
export const subscriptionsCheck = 'subscriptions';

/** Names of the checks that need AWS credentials. */
export const awsChecks: readonly string[] = [...quotas.map(({ name }) => name), subscriptionsCheck];

/** Reads the quotas of the account and region; `account` is the stack's, if it is known. */
export function checkQuotas(aws: Aws, account: string | undefined): Promise<Check[]> {
  return Promise.all(quotas.map((quota) => checkQuota(quota, aws, account)));
}

async function checkQuota(quota: Quota, aws: Aws, account: string | undefined): Promise<Check> {
  const { name, service, code } = quota;
  try {
    const { status, body } = await aws.quota(service, code);
    if (status === 200) return judgeQuota(quota, body, account);
    return refused(name, nameOfError(body) ?? `status ${status}`, 'servicequotas:GetServiceQuota');
  } catch (error) {
    return refused(name, codeOf(error), 'servicequotas:GetServiceQuota');
  }
}

function judgeQuota({ name, serviceName, least, unit }: Quota, body: unknown, account: string | undefined): Check {
  const quota = isFields(body) && isFields(body['Quota']) ? body['Quota'] : {};
  const { Value: value, QuotaArn: arn } = quota;
  if (typeof value !== 'number') return skipped(name, 'AWS names no value');
  const of = typeof arn === 'string' ? arn.split(':')[4] : undefined;
  if (account !== undefined && of !== undefined && of !== account)
    return failed(
      name,
      `the credentials are of account ${of}, and the stack is in ${account}`,
      "Use the credentials of the stack's account: export AWS_PROFILE=<profile>",
    );
  const found = `${value} ${unit}`;
  if (value >= least) return ok(name, found);
  return failed(
    name,
    `${found}, less than the ${least} of AWS's default`,
    `Request an increase: console, Service Quotas, ${serviceName}. What it limits: docs/operations.md#quotas`,
  );
}

/** Reads the subscriptions of the topic that alarms go to. */
export async function checkSubscriptions(aws: Aws, topicArn: string): Promise<Check> {
  try {
    return judgeSubscriptions(await aws.subscriptions(topicArn));
  } catch (error) {
    const name = error instanceof Error && error.name !== 'Error' ? error.name : codeOf(error);
    return refused(subscriptionsCheck, name, 'sns:ListSubscriptionsByTopic');
  }
}

function judgeSubscriptions(subscriptions: readonly Subscription[]): Check {
  if (subscriptions.length === 0)
    return skipped(
      subscriptionsCheck,
      'nobody has subscribed to the topic: alarms reach nobody; config key alarmEmails',
    );
  const pending = subscriptions.filter(({ isPending }) => isPending).map(({ endpoint }) => endpoint);
  if (pending.length === 0) return ok(subscriptionsCheck, `${subscriptions.length} confirmed`);
  return failed(
    subscriptionsCheck,
    `${pending.length} of ${subscriptions.length} wait for confirmation: ${pending.join(', ')}`,
    'Open the link in the message "AWS Notification - Subscription Confirmation". It is valid for 3 days; after that, subscribe again: SNS console, Request confirmation.',
  );
}

/** Denied rights say nothing of the stack: the check is skipped. */
function refused(name: string, why: string, action: string): Check {
  return skipped(name, `AWS does not answer (${why}); it needs ${action} in the stack's account`);
}

function nameOfError(body: unknown): string | undefined {
  const type = isFields(body) ? body['__type'] : undefined;
  return typeof type === 'string' ? type.split('#').at(-1) : undefined;
}
