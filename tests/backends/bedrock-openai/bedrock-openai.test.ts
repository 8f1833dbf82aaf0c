import { createBedrock } from '../../../function/backends/bedrock/bedrock.ts';
import {
  createBedrockOpenAi,
  type BedrockOpenAi,
  type BedrockOpenAiOptions,
} from '../../../function/backends/bedrock-openai/bedrock-openai.ts';
import { createTransport } from '../../../function/backends/wire/transport.ts';
import type { Signer } from '../../../function/backends/stack/signer.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';
import { chunk, done, event, hello, reply } from '../chat.ts';
import { type Answer, closeLoopbacks, everySent, json, loopback } from '../loopback.ts';
import { all, drained, failed } from '../outcomes.ts';
import { context } from '../openai/backend.ts';

const transport = createTransport();
const bedrock = createBedrock({ transport });

afterEach(closeLoopbacks);

/** Adds what can be seen, instead of a signature. */
const signer: Signer = {
  sign: ({ headers }, { service, region }) =>
    Promise.resolve({ ok: true, value: { ...headers, authorization: `signed for ${service} in ${region}` } }),
};

function gateway(endpoint: string, over: Partial<BedrockOpenAiOptions> = {}): BedrockOpenAi {
  return createBedrockOpenAi({ bedrock, signer, endpoint, transport, ...over });
}

const key = ['bedrock', 'made', 'up'].join('-');
const theirs = context({ credential: { kind: 'bearer', token: key } });
const ours = context({ callerId: 'zoë "q"' });

test("a caller's own key is sent unchanged, without anything of the stack's", async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const guardrail = { identifier: 'abc', version: '1' };
  const { chat } = gateway(`${server.url}/prefix`, { guardrail });
  expect(await chat.call({ ...hello, seed: 7, logprobs: true }, theirs)).toEqual({ ok: true, value: reply });
  const [arrived] = server.arrived;
  expect(arrived).toMatchObject({
    method: 'POST',
    path: '/prefix/openai/v1/chat/completions',
    headers: { authorization: `Bearer ${key}`, 'accept-encoding': 'identity' },
  });
  expect(Object.keys(arrived?.headers ?? {}).sort()).toEqual(everySent);
  expect(JSON.parse(arrived?.body ?? '')).toEqual({ ...hello, model: 'upstream-model', seed: 7, logprobs: true });
});

test('a call that the stack pays is signed, with the caller and the guardrail in headers', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const { chat } = gateway(server.url, { guardrail: { identifier: 'abc', version: '1' } });
  await chat.call(hello, ours);
  const headers = server.arrived[0]?.headers;
  expect(headers).toMatchObject({
    authorization: 'signed for bedrock in us-east-1',
    'x-amzn-bedrock-guardrailidentifier': 'abc',
    'x-amzn-bedrock-guardrailversion': '1',
  });
  const metadata = String(headers?.['x-amzn-bedrock-request-metadata']);
  expect(metadata).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(metadata)).toEqual({ 'gateway-caller': 'zoë "q"' });
  await gateway(server.url).chat.call(hello, context({ callerId: 'b' }));
  expect(Object.keys(server.arrived[1]?.headers ?? {}).sort()).toEqual(
    [...everySent, 'x-amzn-bedrock-request-metadata'].sort(),
  );
});

test('without a signer no call is sent that the stack would pay', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const { chat } = gateway(server.url, { signer: undefined });
  expect(failed(await chat.call(hello, ours))).toMatchObject({ name: 'StackCredentialError' });
  expect(server.arrived).toHaveLength(0);
});

test('streams are read, and passed through byte for byte', async () => {
  const wire = `${event(chunk('ü'))}${event(chunk('b'))}${done}`;
  const server = await loopback((response) => void response.setHeader('content-type', 'text/event-stream').end(wire));
  const { chat } = gateway(server.url);
  expect(await all(await chat.open(hello, theirs))).toEqual([chunk('ü'), chunk('b')]);
  expect(await drained(await chat.passthrough({ body: '{"n": 2}', stream: true }, theirs))).toEqual({ text: wire });
  expect(server.arrived[1]?.body).toBe('{"n": 2}');
});

test('Converse is the surface of the bedrock backend itself', () => {
  expect(gateway('http://127.0.0.1:9').converse).toBe(bedrock.converse);
});

interface Case {
  readonly why: string;
  readonly answer: Answer;
  readonly theirs: Partial<Failure>;
  /** Where the stack pays; the same when absent. */
  readonly ours?: Partial<Failure>;
}

const authentication = 'Authentication failed: Please make sure your API Key is valid.';
const stackRefused = { name: 'StackCredentialError', status: 502 };

function openAiError(status: number, message: string): Answer {
  return (response) => {
    response.setHeader('x-request-id', 'req_1');
    json(response, status, {
      error: { message, type: 'invalid_request_error', code: 'validation_error', param: null },
    });
  };
}

function awsError(status: number, type: string, message: string): Answer {
  return (response) => {
    response.setHeader('x-amzn-errortype', type);
    response.setHeader('x-amzn-requestid', 'made-up-request');
    json(response, status, { message });
  };
}

const cases: Case[] = [
  {
    why: "an error in OpenAI's form",
    answer: openAiError(400, 'bad n'),
    theirs: {
      name: 'OpenAIError',
      status: 400,
      message: 'bad n',
      openai: { type: 'invalid_request_error', code: 'validation_error', param: null },
    },
  },
  {
    why: "an error in AWS's form",
    answer: awsError(429, 'ThrottlingException', 'slow down'),
    theirs: { name: 'ThrottlingException', status: 429, message: 'slow down' },
  },
  {
    why: "a refused key is AccessDenied for the caller's, StackCredentialError for the stack's",
    answer: (response) => json(response, 403, { Message: authentication }),
    theirs: { name: 'AccessDeniedException', status: 403, message: authentication },
    ours: stackRefused,
  },
  {
    why: "a refused key in OpenAI's form",
    answer: openAiError(401, authentication),
    theirs: { name: 'AccessDeniedException', status: 401, message: authentication },
    ours: { ...stackRefused, upstream: { status: 401, error: 'validation_error', requestId: 'req_1' } },
  },
  {
    why: 'an expired signature is refused with a 400',
    answer: awsError(400, 'ExpiredTokenException', 'expired'),
    theirs: { name: 'ExpiredTokenException', status: 400 },
    ours: {
      ...stackRefused,
      upstream: { status: 400, error: 'ExpiredTokenException', requestId: 'made-up-request' },
    },
  },
  ...[
    awsError(404, 'UnknownOperationException', 'unknown'),
    awsError(400, 'ValidationException', "The model 'x' isn't supported on this route"),
    openAiError(400, 'Model x is not supported on this endpoint.'),
    openAiError(404, 'Unsupported model: x'),
    openAiError(400, 'The model x does not support Chat Completions.'),
  ].map((answer, at) => ({
    why: `a model that is not served here (${at})`,
    answer,
    theirs: { name: 'UnsupportedRoute', upstream: expect.objectContaining({ requestId: expect.any(String) }) },
  })),
  {
    why: 'an unsupported parameter is not an unsupported route',
    answer: openAiError(400, 'logprobs is not supported by this model'),
    theirs: { name: 'OpenAIError', status: 400 },
  },
  {
    why: 'a 500 with such a message is not an unsupported route',
    answer: openAiError(500, 'Unsupported model: x'),
    theirs: { name: 'OpenAIError', status: 500 },
  },
];

test.each(cases)('$why', async ({ answer, theirs: told, ours: hidden = told }) => {
  const server = await loopback(answer);
  const { chat } = gateway(server.url);
  expect(failed(await chat.call(hello, theirs))).toMatchObject(told);
  expect(failed(await chat.open(hello, theirs))).toMatchObject(told);
  expect(failed(await chat.passthrough({ body: '{}', stream: true }, ours))).toMatchObject(hidden);
});
