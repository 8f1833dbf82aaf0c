import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import operations from '../../../schemas/bedrock/operations.json' with { type: 'json' };
import type { Failure, Outcome } from '../../../function/dialects/outcome.ts';
import { closeClients, context, gateway, hello, reference, reply } from './clients.ts';
import { closeLoopbacks, json, loopback, type Answer } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const exceptions = Object.entries(operations.Converse.errors).map(([name, { status }]) => [name, status] as const);

const requestId = '3f1c0a52-0000-4000-8000-000000000001';

type Spelling = (response: ServerResponse, name: string, status: number) => void;

const spellings: Record<string, Spelling> = {
  'a header': (response, name, status) => {
    response.setHeader('x-amzn-errortype', name);
    json(response, status, { message: 'so it is' });
  },
  'a header with an address behind it': (response, name, status) => {
    response.setHeader('x-amzn-errortype', `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`);
    json(response, status, { message: 'so it is' });
  },
  'a body with a namespace': (response, name, status) =>
    json(response, status, { __type: `com.amazon.bedrock#${name}`, message: 'so it is' }),
  'a code': (response, name, status) => json(response, status, { code: name, message: 'so it is' }),
  'a header and a Message': (response, name, status) => {
    response.setHeader('x-amzn-errortype', name);
    json(response, status, { Message: 'so it is' });
  },
};

describe.each(Object.keys(spellings))('named by %s', (spelling) => {
  test.each(exceptions)("%s is read as AWS's client reads it", async (name, status) => {
    const server = await loopback((response) => {
      response.setHeader('x-amzn-requestid', requestId);
      spellings[spelling]?.(response, name, status);
    });
    const theirs = await thrown(server.url);
    const { httpStatusCode, requestId: theirId } = theirs.$metadata;
    const upstream = { status: httpStatusCode, error: theirs.name, requestId: theirId };
    const expected = { name: theirs.name, message: theirs.message, status: httpStatusCode, upstream };
    const bedrock = gateway(server.url);
    expect(failed(await bedrock.converse.call(hello, context()))).toEqual(expected);
    expect(failed(await bedrock.converse.open(hello, context()))).toEqual(expected);
    expect(failed(await bedrock.listFoundationModels(context()))).toEqual(expected);
    expect(expected).toEqual({ name, message: 'so it is', status, upstream: { status, error: name, requestId } });
  });
});

interface Case {
  readonly why: string;
  readonly answer: Answer;
  readonly failure: Partial<Failure>;
}

const refusals: Case[] = [
  {
    why: "the front end's refusal of a key has no type",
    answer: (response) =>
      json(response, 403, { Message: 'Authentication failed: Please make sure your API Key is valid.' }),
    failure: {
      name: 'AccessDeniedException',
      status: 403,
      message: 'Authentication failed: Please make sure your API Key is valid.',
    },
  },
  {
    why: 'only the status of an HTML page is kept',
    answer: (response) =>
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Service Unavailable</html>') && undefined,
    failure: {
      name: 'ServiceUnavailableException',
      status: 503,
      message: 'Bedrock answered with ServiceUnavailableException and no message.',
    },
  },
  {
    why: 'an empty body',
    answer: (response) => response.writeHead(429, { 'retry-after': '7' }).end() && undefined,
    failure: { name: 'ThrottlingException', status: 429, retryAfter: '7' },
  },
  {
    why: 'a type that is not modelled is kept',
    answer: (response) => json(response, 404, { __type: 'FTUFormNotFilled', message: 'fill it in' }),
    failure: { name: 'FTUFormNotFilled', status: 404, message: 'fill it in' },
  },
  {
    why: 'a type that is not a name is dropped',
    answer: (response) => json(response, 500, { __type: '<script>', message: 1 }),
    failure: { name: 'InternalServerException', status: 500 },
  },
  {
    why: 'the status of the model behind the service',
    answer: (response) => json(response, 424, { __type: 'ModelErrorException', message: 'm', originalStatusCode: 503 }),
    failure: { name: 'ModelErrorException', status: 424, originalStatus: 503 },
  },
  {
    why: 'an endless error is read up to a limit',
    answer: (response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
        response.once('drain', more);
      };
      more();
    },
    failure: { name: 'ValidationException', status: 400 },
  },
  {
    why: 'a long message is cut',
    answer: (response) => json(response, 400, { __type: 'ValidationException', message: 'x'.repeat(10_000) }),
    failure: { name: 'ValidationException', message: 'x'.repeat(2_000) },
  },
  {
    why: 'a compressed error keeps its status',
    answer: (response) =>
      response.writeHead(429, { 'content-encoding': 'gzip' }).end(gzipSync('{"message":"secret"}')) && undefined,
    failure: { name: 'ThrottlingException', status: 429 },
  },
  {
    why: 'a redirect is not followed, whatever it says',
    answer: (response) => response.writeHead(307, { location: 'http://192.0.2.1/elsewhere' }).end() && undefined,
    failure: {
      name: 'UnexpectedRedirect',
      status: 502,
      message: 'Bedrock answered with a redirect (307), which is not followed.',
    },
  },
  {
    why: 'a 2xx other than 200 is a malformed reply',
    answer: (response) => response.writeHead(204).end() && undefined,
    failure: { name: 'MalformedReply', status: 502 },
  },
  {
    why: 'an error that is cut off keeps its status',
    answer: (response) => {
      response.writeHead(500, { 'content-length': 100 });
      response.write('{"mess', () => response.destroy());
    },
    failure: { name: 'InternalServerException', status: 500 },
  },
];

test.each(refusals)('$why', async ({ answer, failure }) => {
  const server = await loopback(answer);
  const bedrock = gateway(server.url);
  for (const outcome of [
    await bedrock.converse.call(hello, context()),
    await bedrock.converse.open(hello, context()),
  ]) {
    expect(outcome).toEqual({ ok: false, failure: expect.objectContaining(failure) as Failure });
  }
  expect(server.arrived).toHaveLength(2);
});

const malformed: Case[] = [
  { why: 'not JSON', answer: (response) => response.end('<html>') && undefined, failure: {} },
  { why: 'JSON, but not an object', answer: (response) => json(response, 200, [reply]), failure: {} },
  { why: 'empty', answer: (response) => response.end() && undefined, failure: {} },
  {
    why: "AWS's framework, which answers an unknown operation with 200",
    answer: (response) =>
      json(response, 200, { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' }, Version: '1.0' }),
    failure: {},
  },
  { why: 'without output', answer: (response) => json(response, 200, { ...reply, output: {} }), failure: {} },
  { why: 'without usage', answer: (response) => json(response, 200, { ...reply, usage: undefined }), failure: {} },
  {
    why: 'content that is not a list',
    answer: (response) => json(response, 200, { ...reply, output: { message: { content: 'Hi' } } }),
    failure: {},
  },
  {
    why: 'compressed',
    answer: (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(reply))) && undefined,
    failure: {},
  },
  {
    why: 'cut off',
    answer: (response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write(JSON.stringify(reply), () => response.destroy());
    },
    failure: {},
  },
];

test.each(malformed)('a 200 that is $why is a malformed reply', async ({ answer }) => {
  const server = await loopback(answer);
  const outcome = await gateway(server.url).converse.call(hello, context());
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'MalformedReply', status: 502 } });
});

test('a reply is returned unchanged', async () => {
  const server = await loopback((response) => json(response, 200, { ...reply, newMember: [1] }));
  expect(await gateway(server.url).converse.call(hello, context())).toEqual({
    ok: true,
    value: { ...reply, newMember: [1] },
  });
});

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
}

async function thrown(url: string): Promise<Thrown> {
  const input = { modelId: 'm', messages: [{ role: 'user' as const, content: [{ text: 'Hello' }] }] };
  const { runtime } = reference(url);
  const errors: unknown[] = [];
  await runtime.send(new ConverseCommand(input)).catch((error: unknown) => errors.push(error));
  await runtime.send(new ConverseStreamCommand(input)).catch((error: unknown) => errors.push(error));
  expect(errors).toHaveLength(2);
  return errors[0] as Thrown;
}

function failed(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error('a failure was expected');
  return outcome.failure;
}
