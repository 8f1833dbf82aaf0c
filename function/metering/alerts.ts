import type { SNSClient } from '@aws-sdk/client-sns';
import type { SpendAlert } from '../auth/rules.ts';
import type { RoleCredentials } from '../config.ts';
import type { MeterLog } from './meter.ts';
import { cent } from './places.ts';
import type * as Sns from './sns.ts';

/** Whose spending has crossed a threshold. */
export interface CrossedAlert {
  readonly of: 'project' | 'organization';
  /** Without prefix; absent for the organization. */
  readonly projectId?: string;
  /** Such as `2026-11`, in UTC. */
  readonly month: string;
  /** In 10⁻⁹ USD. */
  readonly spent: number;
}

/** Sends one message about an alert. Never rejects: what fails is logged by its name. */
export type SendAlert = (alert: SpendAlert, about: CrossedAlert) => Promise<void>;

/** Where alerts go, and how they get there. */
export interface AlertOptions {
  readonly topicArn: string;
  readonly region: string;
  /** Credentials of the function's own role. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_SNS. */
  readonly endpoint?: string | undefined;
  readonly log: MeterLog;
}

/** Alerts are rare, and requests wait for them: the answer is out by then, but its function goes on. */
const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

const timeoutMs = 8_000;

/** SNS takes subjects of fewer than 100 characters. */
const maxSubjectLength = 99;

/** Sends alerts to a topic of SNS, by AWS's client, which is loaded when the first one is due. */
export function alertSender(options: AlertOptions): SendAlert {
  const { topicArn, region, credentials, endpoint, log } = options;
  let loaded: Promise<{ readonly sns: typeof Sns; readonly client: SNSClient }> | undefined;

  async function load() {
    const sns = await import('./sns.ts');
    return {
      sns,
      client: new sns.SNSClient({ region, credentials, ...(endpoint && { endpoint }), ...clientSettings }),
    };
  }

  return async (alert, about) => {
    try {
      loaded ??= load();
      const { sns, client } = await loaded;
      const command = new sns.PublishCommand({ TopicArn: topicArn, ...alertMessage(alert, about) });
      await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      log({ problem: error instanceof Error ? error.name : typeof error, operation: 'Publish', alert: alert.id });
    }
  };
}

/** What is published. Filters of subscriptions look at the attributes. */
export function alertMessage(
  { id, threshold, recipients, subjectPrefix = 'Spend alert' }: SpendAlert,
  about: CrossedAlert,
) {
  const { of, projectId, month, spent } = about;
  const whose = projectId === undefined ? 'the organization' : `project proj_${projectId}`;
  const text = [
    `The spending of ${whose} in ${month} (UTC) has reached ${dollars(threshold)} USD.`,
    `Spent so far: ${dollars(Math.floor(spent / cent))} USD.`,
    '',
    `Alert: ${subjectPrefix} (alert_${id})`,
    `Recipients: ${recipients.join(', ')}`,
  ];
  return {
    Subject: ascii(`${subjectPrefix}: ${whose}, ${dollars(threshold)} USD`).slice(0, maxSubjectLength),
    Message: text.join('\n'),
    MessageAttributes: {
      alert_id: attribute(`alert_${id}`),
      spending_of: attribute(of),
      ...(projectId !== undefined && { project_id: attribute(`proj_${projectId}`) }),
    },
  };
}

function attribute(value: string) {
  return { DataType: 'String', StringValue: value };
}

function dollars(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** SNS takes printable ASCII alone, and a letter, digit or punctuation mark first. */
function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').replace(/^ +/, '');
}
