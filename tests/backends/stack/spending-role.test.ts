import { createSpendingRole, type SpendingRole } from '../../../function/backends/stack/spending-role.ts';
import { closeLoopbacks } from '../loopback.ts';
import { assumed, noon, own, refusedBySts, roleArn, spending, sts } from './sts.ts';

afterEach(closeLoopbacks);

const minute = 60_000;

function role(stsEndpoint: string, now: () => number): SpendingRole {
  return createSpendingRole({ roleArn, region: 'eu-central-1', credentials: own, stsEndpoint, now });
}

test('asks STS for one hour of the role, with the credentials of the function', async () => {
  const server = await sts();
  await expect(role(server.url, () => noon).credentials()).resolves.toEqual(spending);
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

test('asks nothing before it is needed, and once for all who need it', async () => {
  const server = await sts();
  const one = role(server.url, () => noon);
  expect(server.arrived).toHaveLength(0);
  const all = await Promise.all([one.credentials(), one.credentials(), one.credentials()]);
  expect(all).toEqual([spending, spending, spending]);
  await one.credentials();
  expect(server.arrived).toHaveLength(1);
});

test('keeps the credentials until five minutes before they end', async () => {
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

test('a refusal gives nothing, and is asked about again after two seconds', async () => {
  const server = await sts((response, _request, count) => {
    if (count > 1) return void response.end(assumed(noon + 60 * minute));
    response.statusCode = 403;
    return void response.end(refusedBySts());
  });
  let time = noon;
  const one = role(server.url, () => time);
  await expect(one.credentials()).resolves.toBeUndefined();
  time += 1_999;
  await expect(one.credentials()).resolves.toBeUndefined();
  expect(server.arrived).toHaveLength(1);
  time += 1;
  await expect(one.credentials()).resolves.toEqual(spending);
});

test('an answer without credentials gives nothing', async () => {
  const server = await sts(
    (response) => void response.end('<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>'),
  );
  await expect(role(server.url, () => noon).credentials()).resolves.toBeUndefined();
});
