import type { Failure, Outcome } from '../../dialects/outcome.ts';
import type { RoleCredentials } from '../../config.ts';
import { parseObject } from '../wire/json.ts';
import { upstreamOf } from './sdk-error.ts';
import { stackCredentialFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';

/** Which secret of Secrets Manager is read, and how. */
export interface SecretOptions {
  readonly arn: string;
  /** Credentials of the function's own role, which may read this one secret. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly endpoint?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A key that the stack has in Secrets Manager; it is kept in memory only, and never logged. */
export interface Secret {
  get(): Promise<Outcome<string>>;
  /** Returns the current key after a refusal: reads it again, unless it was just read. */
  refresh(): Promise<Outcome<string>>;
}

/** Maximum age of the key: a rotated key works after this time at the latest, and a refused one is read again at once. */
const maxAgeMs = 5 * 60_000;

/** Minimum time between two reads: a flood of refused calls must not become a flood of reads. */
const minReadIntervalMs = 10_000;

/** How long a failure of Secrets Manager is repeated instead of calling it again. */
const keepFailureMs = 1_000;

/** Timeouts of a read, in milliseconds: Secrets Manager answers in some tens of them, and a call waits for it once in minutes. */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** Fields with the key in a secret of key-value pairs, as the console of Secrets Manager creates them. */
const keyFields = ['OPENAI_API_KEY', 'apiKey', 'api_key', 'key'] as const;

const service = 'AWS Secrets Manager';

/** Creates a reader of the key. Concurrent calls share one read, and nothing is loaded before the first. */
export function createSecret(options: SecretOptions): Secret {
  const { now } = options;
  let lastKey: string | undefined;
  let last: Outcome<string> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Outcome<string>> | undefined;

  async function readOnce(): Promise<Outcome<string>> {
    const outcome = await read(options);
    reading = undefined;
    lastAt = now();
    if (outcome.ok) lastKey = outcome.value;
    // The last good key is probably still good; if not, its own server says so.
    last = outcome.ok || lastKey === undefined ? outcome : { ok: true, value: lastKey };
    return last;
  }

  function latest(validMs: number): Promise<Outcome<string>> {
    const valid = last?.ok === false ? keepFailureMs : validMs;
    if (last !== undefined && now() - lastAt < valid) return Promise.resolve(last);
    reading ??= readOnce();
    return reading;
  }

  return { get: () => latest(maxAgeMs), refresh: () => latest(minReadIntervalMs) };
}

/** Reads the secret with AWS's own client, in a chunk of its own: needed once in minutes, and only by targets that this key pays. */
async function read({ arn, credentials, endpoint }: SecretOptions): Promise<Outcome<string>> {
  try {
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const region = arn.split(':')[3] ?? '';
    const client = new SecretsManagerClient({
      region,
      credentials,
      ...(endpoint && { endpoint }),
      maxAttempts: 2,
      requestHandler: timeouts,
    });
    try {
      const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      const key = text === undefined ? undefined : keyIn(text.trim());
      return key === undefined ? { ok: false, failure: noKeyFailure() } : { ok: true, value: key };
    } finally {
      client.destroy();
    }
  } catch (error) {
    // The message stays out: it names the role and the account, and CloudTrail has it.
    return { ok: false, failure: stackCredentialFailure(service, upstreamOf(error)) };
  }
}

/** The bare key, or the first of the known fields of a JSON object; undefined where there is none. */
function keyIn(text: string): string | undefined {
  const found = text.startsWith('{') ? fieldIn(text) : text;
  // A header value is one word of visible ASCII here.
  return found !== undefined && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
}

function fieldIn(text: string): string | undefined {
  const object = parseObject(text) ?? {};
  return keyFields.map((name) => object[name]).find((value) => typeof value === 'string');
}

function noKeyFailure(): Failure {
  return gatewayFailure(
    'StackCredentialError',
    `The secret is neither a bare key nor a JSON object with one of the members ${keyFields.join(', ')}.`,
  );
}
