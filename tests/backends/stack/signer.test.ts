import { BedrockClient, GetInferenceProfileCommand, ListInferenceProfilesCommand } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { endpointOf } from '../../../function/backends/wire/endpoint.ts';
import type { SignedParts } from '../../../function/backends/stack/signer.ts';
import { closeLoopbacks, json, loopback, type Arrived } from '../loopback.ts';
import { noon, refusedBySts, signerOf, spending, sts } from './sts.ts';

afterEach(closeLoopbacks);

type Options = Extract<ConstructorParameters<typeof BedrockRuntimeClient>[0], object>;

const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
const messages = [{ role: 'user' as const, content: [{ text: 'héllo \u{1f600}' }] }];

/** What AWS's own clients send, signed with the same credentials; the answers are for nobody. */
const calls: Record<string, (options: Options) => Promise<unknown>> = {
  'Converse of an id with a colon': (options) =>
    new BedrockRuntimeClient(options).send(new ConverseCommand({ modelId: 'amazon.nova-lite-v1:0', messages })),
  'Converse of an ARN': (options) =>
    new BedrockRuntimeClient(options).send(new ConverseCommand({ modelId: arn, messages })),
  'Converse of an odd id': (options) =>
    new BedrockRuntimeClient(options).send(new ConverseCommand({ modelId: "odd!'()*~ ?#%2F&=+id", messages })),
  InvokeModel: (options) =>
    new BedrockRuntimeClient(options).send(
      new InvokeModelCommand({
        modelId: 'amazon.titan-embed-text-v2:0',
        body: '{"inputText":"a"}',
        accept: 'application/json',
      }),
    ),
  'a list with a query': (options) =>
    new BedrockClient({ ...options }).send(
      new ListInferenceProfilesCommand({ maxResults: 10, nextToken: 'a b/=+é&?' }),
    ),
  'an entry by its ARN': (options) =>
    new BedrockClient({ ...options }).send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn })),
  InvokeEndpoint: (options) =>
    new SageMakerRuntimeClient({ ...options }).send(
      new InvokeEndpointCommand({ EndpointName: 'my-endpoint', Body: '{"a":"é"}', ContentType: 'application/json' }),
    ),
};

/** What a signature adds; the signer must come to the same. */
const added = new Set(['host', 'authorization', 'x-amz-date', 'x-amz-security-token']);

function parts({ method, path, headers, body }: Arrived, url: string): SignedParts {
  const signed = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1]?.split(';') ?? [];
  const given = signed.filter((name) => !added.has(name)).map((name) => [name, String(headers[name])]);
  return {
    service: 'Bedrock',
    host: endpointOf(url).host,
    method: method === 'GET' ? 'GET' : 'POST',
    path,
    headers: Object.fromEntries(given),
    ...(body !== '' && { body }),
  };
}

test.each(Object.entries(calls))('%s is signed as AWS signs it', async (name, call) => {
  const server = await loopback((response) => json(response, 200, {}));
  const options = {
    region: 'us-west-2',
    endpoint: `${server.url}/a/prefix`,
    // AWS's clients write where they have the credentials from into the object.
    credentials: { ...spending },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  };
  await call(options).catch(() => undefined);
  const [theirs] = server.arrived;
  if (theirs === undefined) throw new Error('nothing was sent');
  const { headers } = theirs;
  const date = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  const signer = signerOf((await sts()).url, () => Date.parse(date));
  const scope = { service: name === 'InvokeEndpoint' ? 'sagemaker' : 'bedrock', region: 'us-west-2' };
  const signed = await signer.sign(parts(theirs, server.url), scope);
  expect(signed).toMatchObject({
    ok: true,
    value: {
      authorization: headers.authorization,
      'x-amz-date': headers['x-amz-date'],
      'x-amz-content-sha256': headers['x-amz-content-sha256'],
      'x-amz-security-token': spending.sessionToken,
    },
  });
});

const request: SignedParts = {
  service: 'Bedrock',
  host: { protocol: 'https:', hostname: 'bedrock-runtime.us-east-1.amazonaws.com', port: 443 },
  method: 'POST',
  path: '/model/m/converse',
  headers: { 'content-type': 'application/json' },
  body: '{}',
};

const scope = { service: 'bedrock', region: 'us-east-1' };

test('returns every header to send except host, which the transport writes', async () => {
  const signer = signerOf((await sts()).url);
  const signed = await signer.sign(request, scope);
  expect(signed.ok && Object.keys(signed.value).toSorted()).toEqual([
    'authorization',
    'content-type',
    'x-amz-date',
    'x-amz-security-token',
  ]);
  expect(signed.ok && signed.value['authorization']).toContain('SignedHeaders=content-type;host;');
});

test('a text and its bytes have the same signature, another text does not', async () => {
  const signer = signerOf((await sts()).url);
  const [text, bytes, other] = await Promise.all(
    ['{"a":"é"}', Buffer.from('{"a":"é"}'), '{"a":"e"}'].map(async (body) => signer.sign({ ...request, body }, scope)),
  );
  expect(text).toEqual(bytes);
  expect(text).not.toEqual(other);
});

test('signs without a promise once the role is assumed, and asks again when its session is over', async () => {
  const server = await sts();
  let time = noon;
  const signer = signerOf(server.url, () => time);
  const pending = signer.sign(request, scope);
  expect(pending).toBeInstanceOf(Promise);
  const signed = await pending;
  expect(signer.sign(request, scope)).toEqual(signed);
  time = noon + 3_600_000;
  const next = signer.sign(request, scope);
  expect(next).toBeInstanceOf(Promise);
  await next;
  expect(server.arrived).toHaveLength(2);
});

test('a role that cannot be assumed is a StackCredentialError without the text of STS', async () => {
  const server = await sts((response) => {
    response.statusCode = 403;
    response.end(refusedBySts());
  });
  await expect((async () => signerOf(server.url, () => noon).sign(request, scope))()).resolves.toEqual({
    ok: false,
    failure: {
      name: 'StackCredentialError',
      status: 502,
      message: 'AWS STS refused what this gateway itself calls it with.',
      upstream: { status: 403, error: 'AccessDenied', requestId: 'r' },
    },
  });
});

test('an STS that cannot be reached is a StackCredentialError, too', async () => {
  const server = await sts();
  await server.close();
  const signed = await signerOf(server.url).sign(request, scope);
  expect(signed).toMatchObject({ ok: false, failure: { name: 'StackCredentialError', status: 502 } });
  expect(signed.ok ? undefined : signed.failure).not.toHaveProperty('upstream');
});
