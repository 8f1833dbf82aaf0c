import { createBedrock, type Bedrock } from '../../../function/backends/bedrock/bedrock.ts';
import { createTransport } from '../../../function/backends/wire/transport.ts';
import type { Outcome } from '../../../function/dialects/outcome.ts';
import { signerOf, spending, sts } from '../stack/sts.ts';
import { closeClients, context, hello, key, reply } from './clients.ts';
import { closeLoopbacks, json, loopback, type Answer } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

async function paid(url: string): Promise<Bedrock> {
  return createBedrock({
    endpoints: { runtime: url, control: url },
    signer: signerOf((await sts()).url),
    transport: createTransport(),
  });
}

const stack = context({ credential: { kind: 'stack' } });
const body = { body: '{}', stream: false };

/** Every way to Bedrock. */
const ways: Record<string, (bedrock: Bedrock, at: typeof stack) => Promise<Outcome<unknown>>> = {
  'converse.call': (bedrock, at) => bedrock.converse.call(hello, at),
  'converse.open': (bedrock, at) => bedrock.converse.open(hello, at),
  'converse.passthrough': (bedrock, at) => bedrock.converse.passthrough(body, at),
  'converse.passthrough of a stream': (bedrock, at) => bedrock.converse.passthrough({ ...body, stream: true }, at),
  'invoke.call': (bedrock, at) => bedrock.invoke.call({}, at),
  'invoke.passthrough': (bedrock, at) => bedrock.invoke.passthrough(body, at),
  listing: (bedrock, at) => bedrock.listing('/foundation-models', 'byProvider=Amazon', at),
  listFoundationModels: (bedrock, at) => bedrock.listFoundationModels(at),
  listInferenceProfiles: (bedrock, at) => bedrock.listInferenceProfiles(at),
  getInferenceProfile: (bedrock, at) => bedrock.getInferenceProfile(at, 'abc'),
};

const requestId = '3f1c0a52-0000-4000-8000-000000000001';

/** Refusals of the stack's credential, and what each says of itself. */
const refusals: Record<string, [Answer, { readonly status: number; readonly error?: string }]> = {
  AccessDeniedException: [
    (response) => {
      response.setHeader('x-amzn-errortype', 'AccessDeniedException');
      json(response, 403, { message: 'User: arn:aws:sts::123456789012:assumed-role/spending is not authorized' });
    },
    { status: 403, error: 'AccessDeniedException' },
  ],
  'a bare 401': [(response) => json(response, 401, {}), { status: 401 }],
  'ExpiredTokenException under 400': [
    (response) => {
      response.setHeader('x-amzn-errortype', 'ExpiredTokenException');
      json(response, 400, { message: 'The security token included in the request is expired' });
    },
    { status: 400, error: 'ExpiredTokenException' },
  ],
  InvalidSignatureException: [
    (response) => {
      response.setHeader('x-amzn-errortype', 'InvalidSignatureException:http://internal.amazon.com/');
      json(response, 403, { message: 'Credential should be scoped to a valid region' });
    },
    { status: 403, error: 'InvalidSignatureException' },
  ],
  UnrecognizedClientException: [
    (response) => json(response, 400, { __type: 'UnrecognizedClientException' }),
    { status: 400, error: 'UnrecognizedClientException' },
  ],
};

describe.each(Object.entries(ways))('%s', (_name, ask) => {
  test('is signed by the spending role where the stack pays, and has no bearer', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    await ask(await paid(server.url), stack);
    const [sent] = server.arrived;
    expect(sent?.headers.authorization).toMatch(
      new RegExp(`^AWS4-HMAC-SHA256 Credential=${spending.accessKeyId}/20261120/us-east-1/bedrock/aws4_request, `),
    );
    expect(sent?.headers['x-amz-security-token']).toBe(spending.sessionToken);
    expect(JSON.stringify(sent?.headers)).not.toContain('Bearer');
  });

  test("a caller's own key is sent as a bearer, with or without a signer", async () => {
    const server = await loopback((response) => json(response, 200, reply));
    await ask(await paid(server.url), context());
    expect(server.arrived[0]?.headers.authorization).toBe(`Bearer ${key}`);
    expect(Object.keys(server.arrived[0]?.headers ?? {}).filter((name) => name.startsWith('x-amz'))).toEqual([]);
  });

  test.each(Object.entries(refusals))(
    '%s of the stack is told to the log only',
    async (_refusal, [answer, upstream]) => {
      const server = await loopback((response, request, count) => {
        response.setHeader('x-amzn-requestid', requestId);
        return answer(response, request, count);
      });
      await expect(ask(await paid(server.url), stack)).resolves.toEqual({
        ok: false,
        failure: {
          name: 'StackCredentialError',
          status: 502,
          message: 'Bedrock refused what this gateway itself calls it with.',
          upstream: { ...upstream, requestId },
        },
      });
    },
  );

  test('sends nothing without a signer', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    const bedrock = createBedrock({
      endpoints: { runtime: server.url, control: server.url },
      transport: createTransport(),
    });
    await expect(ask(bedrock, stack)).resolves.toMatchObject({ ok: false, failure: { name: 'StackCredentialError' } });
    expect(server.arrived).toEqual([]);
  });
});

test("a refusal of a caller's key is not hidden", async () => {
  const server = await loopback((response) => {
    response.setHeader('x-amzn-errortype', 'AccessDeniedException');
    json(response, 403, { Message: 'Authentication failed' });
  });
  const outcome = await (await paid(server.url)).converse.call(hello, context());
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'AccessDeniedException', status: 403 } });
});

test('a failure that is not a refusal is not hidden', async () => {
  const server = await loopback((response) => {
    response.setHeader('x-amzn-errortype', 'ThrottlingException');
    response.setHeader('retry-after', '3');
    json(response, 429, { message: 'slow down' });
  });
  const outcome = await (await paid(server.url)).converse.call(hello, stack);
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'ThrottlingException', status: 429, retryAfter: '3' } });
});
