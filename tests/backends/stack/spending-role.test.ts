import { createSpendingRole, type SpendingRole } from '../../../function/backends/stack/spending-role.ts';
import { closeLoopbacks } from '../loopback.ts';
import { assumed, noon, own, refusedBySts, roleArn, spending, sts } from './sts.ts';

afterEach(closeLoopbacks);

const minute = 60_000;

function role(stsEndpoint: string, now: () => number): SpendingRole {
  return createSpendingRole({ roleArn, region: 'eu-central-1', credentials: { ...own }, stsEndpoint, now });
}

test('asks STS for one hour of the role, with the credentials of the function', async () => {
  const server = await sts();
  await expect(role(server.url, () => noon).credentials()).resolves.toEqual({ ok: true, value: spending });
  const [asked] = server.arrived;
  expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'bedrock-gateway',
    DurationSeconds: '3600',
  });
  expect(asked?.headers.authorization).toContain(`Credential=${own.accessKeyId}/`);
  expect(asked?.headers.authorization).toContain('/eu-central-1/sts/aws4_request');
  expect(asked?.headers['x-amz-security-token']).toBe(own.sessionToken);
});

describe('in a stack that stores files', () => {
  const bucket = 'files-1a2b3c';
  const storing = (stsEndpoint: string, now = () => noon) =>
    createSpendingRole({
      roleArn: 'arn:aws-us-gov:iam::123456789012:role/spending',
      region: 'us-gov-west-1',
      credentials: { ...own },
      stsEndpoint,
      bucket,
      now,
    });
  const asked = (body = '') => {
    const form = new URLSearchParams(body);
    return { seconds: form.get('DurationSeconds'), policy: JSON.parse(form.get('Policy') ?? 'null') };
  };
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

  test('a session may do all that the role may do, but nothing with the files', async () => {
    const server = await sts();
    await storing(server.url).credentials();
    const arn = `arn:aws-us-gov:s3:::${bucket}`;
    expect(asked(server.arrived[0]?.body)).toEqual({
      seconds: '3600',
      policy: {
        Version: '2012-10-17',
        Statement: [allow('*', '*'), { Effect: 'Deny', Action: 's3:*', Resource: [arn, `${arn}/*`] }],
      },
    });
  });

  test('a session that reads a file may read this file alone, and is short', async () => {
    const server = await sts();
    await storing(server.url).credentials(`s3://${bucket}/caller-a/file/file-1`);
    expect(asked(server.arrived[0]?.body)).toEqual({
      seconds: '900',
      policy: {
        Version: '2012-10-17',
        Statement: [
          allow('bedrock:*', '*'),
          allow('s3:GetObject', `arn:aws-us-gov:s3:::${bucket}/caller-a/file/file-1`),
          allow('kms:Decrypt', '*'),
        ],
      },
    });
  });

  test('each file has a session of its own, which is used again, and few of them are kept', async () => {
    const server = await sts();
    const one = storing(server.url);
    const reads = (file: number) => one.credentials(`s3://${bucket}/caller-a/file/${file}`);
    await Promise.all([one.credentials(), one.credentials(), reads(1), reads(1), reads(2)]);
    expect(server.arrived).toHaveLength(3);
    for (let file = 1; file <= 16; file += 1) await reads(file);
    expect(server.arrived).toHaveLength(17);
    await reads(16);
    expect(server.arrived).toHaveLength(17);
    await one.credentials();
    expect(server.arrived).toHaveLength(18);
  });
});

test('calls STS only when needed, once for all concurrent calls', async () => {
  const server = await sts();
  const one = role(server.url, () => noon);
  expect(server.arrived).toHaveLength(0);
  const all = await Promise.all([one.credentials(), one.credentials(), one.credentials()]);
  const value = { ok: true, value: spending };
  expect(all).toEqual([value, value, value]);
  await one.credentials();
  expect(server.arrived).toHaveLength(1);
});

test('keeps the credentials until five minutes before they expire', async () => {
  const server = await sts();
  let time = noon;
  const one = role(server.url, () => time);
  await one.credentials();
  time = noon + 55 * minute - 1;
  await one.credentials();
  expect(server.arrived).toHaveLength(1);
  time = noon + 55 * minute;
  await one.credentials();
  expect(server.arrived).toHaveLength(2);
});

test('a refusal is a StackCredentialError with what STS said, and is repeated for two seconds', async () => {
  const server = await sts((response, _request, count) => {
    if (count > 1) return void response.end(assumed(noon + 60 * minute));
    response.statusCode = 403;
    return void response.end(refusedBySts());
  });
  let time = noon;
  const one = role(server.url, () => time);
  const refused = {
    ok: false,
    failure: {
      name: 'StackCredentialError',
      status: 502,
      message: 'AWS STS refused what this gateway itself calls it with.',
      upstream: { status: 403, error: 'AccessDenied', requestId: 'r' },
    },
  };
  await expect(one.credentials()).resolves.toEqual(refused);
  time += 1_999;
  expect(one.credentials()).toEqual(refused);
  expect(server.arrived).toHaveLength(1);
  time += 1;
  await expect(one.credentials()).resolves.toEqual({ ok: true, value: spending });
});

test.each(['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration', 'Credentials'])(
  'an answer without %s is a StackCredentialError',
  async (name) => {
    const without = assumed(noon + 60 * minute).replace(new RegExp(`<${name}>.*</${name}>`, 's'), '');
    const server = await sts((response) => void response.end(without));
    await expect(role(server.url, () => noon).credentials()).resolves.toEqual({
      ok: false,
      failure: {
        name: 'StackCredentialError',
        status: 502,
        message: 'AWS STS refused what this gateway itself calls it with.',
      },
    });
  },
);

test('a failing STS is asked twice', async () => {
  const server = await sts((response) => void response.writeHead(500).end('<ErrorResponse/>'));
  await expect(role(server.url, () => noon).credentials()).resolves.toMatchObject({
    ok: false,
    failure: { upstream: { status: 500 } },
  });
  expect(server.arrived).toHaveLength(2);
});
