import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { createIam, type Iam } from '../../../local/iam/verify.ts';
import { readPolicy } from '../../../local/iam/policy.ts';
import type { SignedRequest } from '../../../local/iam/signature.ts';

const spenderArn = 'arn:aws:iam::123456789012:role/spender';
const callerArn = 'arn:aws:iam::123456789012:role/caller';
const expected = { service: 'sagemaker', region: 'us-east-1' };

/** What AWS's own client sends, signed with credentials of the role. */
async function signed(credentials: ReturnType<Iam['issue']>): Promise<SignedRequest> {
  const got = Promise.withResolvers<SignedRequest>();
  const server = createServer((incoming, response) => {
    got.resolve(collect(incoming));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = new SageMakerRuntimeClient({ region: 'us-east-1', credentials, endpoint: `http://127.0.0.1:${port}` });
  const Body = Buffer.from('{"a":"ü"}');
  await client.send(new InvokeEndpointCommand({ EndpointName: 'a b', Body, ContentType: 'application/json' }));
  client.destroy();
  server.close();
  return got.promise;
}

async function collect(incoming: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = '', url = '', headers } = incoming;
  return { method, url, headers, body: Buffer.concat(chunks) };
}

test("a request signed by AWS's client is the role's", async () => {
  const iam = createIam();
  const request = await signed(iam.issue(spenderArn));
  expect(request.url).toContain('%20');
  await expect(iam.verify(request, expected)).resolves.toEqual({ roleArn: spenderArn });
  await expect(iam.verify(request, { service: 'sagemaker' })).resolves.toEqual({ roleArn: spenderArn });
});

describe('verify refuses', () => {
  let now = Date.now();
  const iam = createIam({ clock: () => now });
  let request: SignedRequest;
  beforeAll(async () => {
    request = await signed(iam.issue(spenderArn, { seconds: 900 }));
  });
  afterEach(() => {
    now = Date.now();
  });
  const header = (name: string, value: string): object => ({ headers: { ...request.headers, [name]: value } });
  const authorization = (change: (value: string) => string): object =>
    header('authorization', change(String(request.headers['authorization'])));

  test.each<[string, () => object, string]>([
    ['another body', () => ({ body: Buffer.from('{}') }), 'InvalidSignatureException'],
    [
      'another body with its own digest',
      () => ({
        body: Buffer.from('{}'),
        ...header('x-amz-content-sha256', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'),
      }),
      'InvalidSignatureException',
    ],
    ['another path', () => ({ url: '/endpoints/other/invocations' }), 'InvalidSignatureException'],
    ['a further parameter', () => ({ url: `${request.url}?a=1` }), 'InvalidSignatureException'],
    ['another method', () => ({ method: 'GET' }), 'InvalidSignatureException'],
    ['another host', () => header('host', 'example.com'), 'InvalidSignatureException'],
    ['an unsigned header of meaning', () => header('x-amz-target', 'x'), 'InvalidSignatureException'],
    ['another session', () => header('x-amz-security-token', 'AAAA'), 'UnrecognizedClientException'],
    ['another key', () => authorization((it) => it.replace(/ASIA\w{4}/, 'ASIA0000')), 'UnrecognizedClientException'],
    ['another signature', () => authorization((it) => it.replace(/.$/, (c) => (c === '0' ? '1' : '0'))), 'Invalid'],
    ['half a signature', () => authorization((it) => it.replace(/SignedHeaders=[^,]+, /, '')), 'Incomplete'],
    ['a bearer key', () => authorization(() => 'Bearer abc'), 'IncompleteSignatureException'],
    ['no signature', () => ({ headers: {} }), 'MissingAuthenticationTokenException'],
  ])('%s', async (_name, change, name) => {
    await expect(iam.verify(request, expected)).resolves.toEqual({ roleArn: spenderArn });
    const verified = iam.verify({ ...request, ...change() }, expected);
    await expect(verified).rejects.toMatchObject({ name: expect.stringContaining(name) });
  });

  test.each([
    ['another service', { service: 'bedrock', region: 'us-east-1' }],
    ['another region', { service: 'sagemaker', region: 'eu-west-1' }],
  ])('a signature for %s', async (_name, other) => {
    await expect(iam.verify(request, other)).rejects.toMatchObject({ name: 'InvalidSignatureException', status: 403 });
  });

  test('a signature of another time or with expired credentials', async () => {
    now += 280_000;
    await expect(iam.verify(request, expected)).resolves.toEqual({ roleArn: spenderArn });
    now += 40_000;
    await expect(iam.verify(request, expected)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    now -= 640_000;
    await expect(iam.verify(request, expected)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    now += 1_400_000;
    await expect(iam.verify(request, expected)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });
});

/** The statements of one role. */
function role(statements: readonly object[], trust: readonly object[] = []) {
  const policy = (Statement: readonly object[]) => readPolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
  return { arn: spenderArn, trust: policy(trust), policies: [policy(statements)] };
}

describe('a policy', () => {
  const allow = (Action: unknown, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
  const endpoint = 'arn:aws:sagemaker:us-east-1:123456789012:endpoint/demo';
  const action = 'sagemaker:InvokeEndpoint';

  test.each<[string, object[], boolean]>([
    ['in plain words', [allow(action, endpoint)], true],
    ['in lists', [allow(['a:b', action], ['x', endpoint])], true],
    ['with wildcards', [allow('sagemaker:Invoke*', 'arn:aws:sagemaker:*:123456789012:endpoint/dem?')], true],
    ['an action in another case', [allow('SageMaker:invokeendpoint', '*')], true],
    ['a resource in another case', [allow(action, endpoint.toUpperCase())], false],
    ['of another action', [allow('sagemaker:InvokeEndpointAsync', '*')], false],
    ['of the beginning of a resource', [allow(action, endpoint.slice(0, -1))], false],
    ['whose dot is a dot', [allow(action, endpoint.replace('sagemaker', 's.gemaker'))], false],
    ['without a statement that fits', [], false],
    ['that also denies', [allow('*', '*'), { Effect: 'Deny', Action: action, Resource: '*' }], false],
  ])('%s', (_name, statements, allowed) => {
    expect(createIam({ roles: [role(statements)] }).allows({ roleArn: spenderArn }, action, endpoint)).toBe(allowed);
  });

  test('of an undeclared role allows nothing', () => {
    expect(createIam({ roles: [role([allow('*', '*')])] }).allows({ roleArn: callerArn }, action, endpoint)).toBe(
      false,
    );
  });

  test.each<[string, object, boolean]>([
    ['whose condition holds', { StringLike: { 'sagemaker:Target': ['x', 'a/*'] } }, true],
    ['whose condition does not hold', { StringLike: { 'sagemaker:Target': 'b/*' } }, false],
    ['whose condition has a star that is a star', { StringEquals: { 'sagemaker:Target': 'a/*' } }, false],
    ['of which one condition does not hold', { StringLike: { 'sagemaker:Target': '*', 'aws:Other': '*' } }, false],
    ['whose condition is on the key in another case', { StringEquals: { 'SageMaker:target': 'a/b' } }, true],
  ])('%s', (_name, Condition, allowed) => {
    const iam = createIam({ roles: [role([{ ...allow(action, '*'), Condition }])] });
    const context = { 'sagemaker:Target': 'a/b' };
    expect(iam.allows({ roleArn: spenderArn }, action, { arn: endpoint, context })).toBe(allowed);
    expect(iam.allows({ roleArn: spenderArn }, action, endpoint)).toBe(false);
  });

  test('with an unknown condition operator is refused', () => {
    const Condition = { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } };
    expect(() => role([{ ...allow('*', '*'), Condition }])).toThrow('NumericLessThan');
  });

  test.each(['NotAction', 'NotResource', 'NotPrincipal'])('with %s is refused, not ignored', (member) => {
    expect(() => role([{ ...allow('*', '*'), [member]: {} }])).toThrow(member);
  });
});

test.each<[string, object, boolean]>([
  ['the role itself', { AWS: callerArn }, true],
  ['one of several', { AWS: ['arn:aws:iam::123456789012:role/x', callerArn] }, true],
  ['its account', { AWS: 'arn:aws:iam::123456789012:root' }, true],
  ['another account', { AWS: 'arn:aws:iam::210987654321:root' }, false],
  ['another role', { AWS: `${callerArn}-2` }, false],
  ['a service', { Service: 'lambda.amazonaws.com' }, false],
])('trust in %s', (_name, Principal, trusted) => {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal };
  expect(createIam({ roles: [role([], [statement])] }).trusts(spenderArn, callerArn)).toBe(trusted);
});
