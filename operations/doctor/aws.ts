import process from 'node:process';
import { signedHeaders } from '../../function/backends/stack/signature.ts';

/** Credentials of whoever runs the doctor. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty for long-term credentials. */
  readonly sessionToken: string;
}

/** An answer of AWS: its status and its JSON object. */
export interface AwsAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A subscription of a topic. */
export interface Subscription {
  readonly protocol: string;
  /** An e-mail address, a URL or an ARN. */
  readonly endpoint: string;
  readonly isPending: boolean;
}

/** What the doctor asks AWS. Every call rejects if AWS cannot be reached or refuses it. */
export interface Aws {
  /** Proves that there are credentials; rejects if there are none. */
  readonly ready: () => Promise<void>;
  /** The applied quota of a service by its code. */
  readonly quota: (serviceCode: string, quotaCode: string) => Promise<AwsAnswer>;
  readonly subscriptions: (topicArn: string) => Promise<readonly Subscription[]>;
}

/**
 * AWS in a region, with the credentials that AWS's own tools would find. The SDK's client of SNS finds them; Service Quotas, for which no
 * client is installed, is one signed request.
 */
export async function awsIn(region: string): Promise<Aws> {
  // Loaded here alone: --help and checks of a mere URL need no SDK.
  const { SNSClient, paginateListSubscriptionsByTopic } = await import('@aws-sdk/client-sns');
  const client = new SNSClient({ region, maxAttempts: 2 });
  const credentials = async (): Promise<Credentials> => {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, sessionToken };
  };
  return {
    ready: async () => void (await credentials()),
    quota: async (ServiceCode, QuotaCode) =>
      await getServiceQuota({ ServiceCode, QuotaCode }, { region, credentials: await credentials() }),
    subscriptions: async (TopicArn) => {
      const found: Subscription[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
        for (const { Protocol: protocol = '', Endpoint: endpoint = '', SubscriptionArn } of Subscriptions)
          found.push({ protocol, endpoint, isPending: SubscriptionArn === 'PendingConfirmation' });
      }
      return found;
    },
  };
}

async function getServiceQuota(
  input: object,
  { region, credentials }: { readonly region: string; readonly credentials: Credentials },
): Promise<AwsAnswer> {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(process.env['AWS_ENDPOINT_URL_SERVICE_QUOTAS'] || `https://servicequotas.${region}.${suffix}`);
  const body = JSON.stringify(input);
  const own = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'ServiceQuotasV20190624.GetServiceQuota',
  };
  const headers = signedHeaders(
    { method: 'POST', host: url.host, path: '/', headers: own, body },
    { credentials, service: 'servicequotas', region, now: Date.now() },
  );
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(20_000),
  });
  return { status: response.status, body: await response.json() };
}
