import type { Failure, Outcome } from '../../dialects/outcome.ts';
import type { RoleCredentials } from '../../config.ts';
import { parseObject } from '../wire/json.ts';
import { upstreamOf } from './sdk-error.ts';
import { stackCredentialFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';

export interface SecretOptions {
  readonly arn: string;
  /** Credentials of the function's own role, which may read this one secret. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  readonly endpoint?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A key that the stack has in Secrets Manager. It is in memory only, and in no log and no message. */
export interface Secret {
  get(): Promise<Outcome<string>>;
  /** The key as it is now, after it was refused: read again, unless it was read just before. */
  refresh(): Promise<Outcome<string>>;
}

/** A rotated key works at the latest after this time; a refused one is read again at once. */
const freshMs = 5 * 60_000;

/** A flood of refused calls must not become a flood of reads. */
const calmMs = 10_000;

/** A failure of Secrets Manager is remembered only for as long as spares it a flood. */
const failedMs = 1_000;

/** Secrets Manager answers in some tens of milliseconds; a call waits for it once in minutes. */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** Where the key may stand in a secret of key-value pairs, as the console of Secrets Manager makes them. */
const members = ['OPENAI_API_KEY', 'apiKey', 'api_key', 'key'] as const;

const service = 'AWS Secrets Manager';

/** One read at a time: whoever needs the key meanwhile waits for the same one. Nothing is loaded before the first. */
export function createSecret(options: SecretOptions): Secret {
  const { now } = options;
  let known: string | undefined;
  let last: Outcome<string> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Outcome<string>> | undefined;

  async function readOnce(): Promise<Outcome<string>> {
    const outcome = await read(options);
    reading = undefined;
    lastAt = now();
    if (outcome.ok) known = outcome.value;
    // The key that was good until now is probably good still: what is wrong with it, its own server says.
    last = outcome.ok || known === undefined ? outcome : { ok: true, value: known };
    return last;
  }

  function latest(validMs: number): Promise<Outcome<string>> {
    const valid = last?.ok === false ? failedMs : validMs;
    if (last !== undefined && now() - lastAt < valid) return Promise.resolve(last);
    reading ??= readOnce();
    return reading;
  }

  return { get: () => latest(freshMs), refresh: () => latest(calmMs) };
}

/** AWS's own client, in a chunk of its own: needed once in minutes, and only by targets that this key pays. */
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
      return key === undefined ? { ok: false, failure: noKey() } : { ok: true, value: key };
    } finally {
      client.destroy();
    }
  } catch (error) {
    // The message stays out: it names the role and the account, and CloudTrail has it.
    return { ok: false, failure: stackCredentialFailure(service, upstreamOf(error)) };
  }
}

/** The bare key, or the first of its members in a JSON object. */
function keyIn(text: string): string | undefined {
  const found = text.startsWith('{') ? member(text) : text;
  // What goes into a header is one word of visible ASCII.
  return found !== undefined && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
}

function member(text: string): string | undefined {
  const object = parseObject(text) ?? {};
  return members.map((name) => object[name]).find((value) => typeof value === 'string');
}

function noKey(): Failure {
  return gatewayFailure(
    'StackCredentialError',
    `The secret is neither a bare key nor a JSON object with one of the members ${members.join(', ')}.`,
  );
}
