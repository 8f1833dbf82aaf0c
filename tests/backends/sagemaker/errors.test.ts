import type { ServerResponse } from 'node:http';
import { hello } from '../chat.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';
import { context, sagemaker } from './endpoint.ts';

afterEach(closeLoopbacks);

function fails(response: ServerResponse, name: string, [status, body]: readonly [number, unknown]): void {
  response.setHeader('x-amzn-errortype', `${name}:http://internal.amazon.com/coral/`);
  response.setHeader('x-amzn-requestid', 'r-1');
  json(response, status, body);
}

function modelError(status: number, message: string): readonly [number, unknown] {
  return [
    424,
    {
      Message: `Received client error (${status}) from primary with message "${message}". See https://console.example.com/account/123456789012`,
      OriginalStatusCode: status,
      OriginalMessage: message,
      LogStreamArn: 'arn:aws:logs:us-west-2:123456789012:log-group:/aws/sagemaker/Endpoints/my-endpoint',
    },
  ];
}

const openAi = { error: { message: 'too many tokens', type: 'BadRequestError', param: 'messages', code: 400 } };

const missing = {
  name: 'EndpointMisconfigured',
  status: 502,
  message:
    'The SageMaker endpoint or inference component that this model stands for does not exist, or is not in service.',
};
const notServed = {
  name: 'EndpointMisconfigured',
  status: 502,
  message: 'The SageMaker endpoint that this model stands for does not take what it is called with.',
};

/** Name, answer, and the failure that it is. */
const cases: Record<string, [string, readonly [number, unknown], object]> = {
  'an error object of vLLM': [
    'ModelError',
    modelError(400, JSON.stringify(openAi)),
    {
      name: 'OpenAIError',
      status: 400,
      message: 'too many tokens',
      openai: { type: 'BadRequestError', code: null, param: 'messages' },
    },
  ],
  'an error object of an older vLLM': [
    'ModelError',
    modelError(400, JSON.stringify({ object: 'error', message: 'too long', type: 'BadRequestError', code: 400 })),
    {
      name: 'OpenAIError',
      status: 400,
      message: 'too long',
      openai: { type: 'BadRequestError', code: null, param: null },
    },
  ],
  'rule 74: a container that serves no such model': [
    'ModelError',
    modelError(404, '{"error":{"message":"The model `my-endpoint` does not exist."}}'),
    notServed,
  ],
  'rule 74: a container that has no such path': ['ModelError', modelError(405, 'Method Not Allowed'), notServed],
  'JSON in a JSON string': [
    'ModelError',
    modelError(422, JSON.stringify(JSON.stringify(openAi))),
    { name: 'OpenAIError', status: 422, message: 'too many tokens' },
  ],
  'an error of LMI': [
    'ModelError',
    modelError(400, JSON.stringify({ error: 'invalid top_p', code: 400 })),
    { name: 'OpenAIError', status: 400, message: 'invalid top_p' },
  ],
  'an error of FastAPI': [
    'ModelError',
    modelError(422, JSON.stringify({ detail: [{ loc: ['body', 'messages'], msg: 'Field required' }] })),
    {
      name: 'OpenAIError',
      status: 422,
      message: 'Field required',
      openai: { type: null, code: null, param: 'messages' },
    },
  ],
  'a plain text': [
    'ModelError',
    modelError(429, 'queue is full'),
    { name: 'OpenAIError', status: 429, message: 'queue is full' },
  ],
  'a container that failed': [
    'ModelError',
    modelError(503, '{"error":{"message":"engine is dead"}}'),
    { name: 'ModelErrorException', status: 424, originalStatus: 503, message: 'engine is dead' },
  ],
  'an engine that failed under 424': [
    'ModelError',
    modelError(424, '{"error":"out of memory","code":424}'),
    { name: 'ModelErrorException', status: 424, originalStatus: 424, message: 'out of memory' },
  ],
  'a container that says nothing': [
    'ModelError',
    [424, { Message: 'Received server error from 123456789012' }],
    { name: 'ModelErrorException', status: 424, message: 'SageMaker answered with the status 500 and no message.' },
  ],
  'a container that refuses the stack': [
    'ModelError',
    modelError(401, '{"error":"Unauthorized"}'),
    { name: 'StackCredentialError', status: 502, upstream: { status: 424, error: 'ModelError', requestId: 'r-1' } },
  ],
  'a model that is being loaded': [
    'ModelNotReadyException',
    [429, { Message: 'loading' }],
    { name: 'ModelNotReadyException', status: 429, message: 'loading' },
  ],
  'no capacity': [
    'ServiceUnavailable',
    [503, { Message: 'try again' }],
    { name: 'ServiceUnavailableException', status: 503, message: 'try again' },
  ],
  'a failure of SageMaker': [
    'InternalFailure',
    [500, { Message: 'oh' }],
    {
      name: 'InternalServerException',
      status: 500,
      message: 'oh',
      upstream: { status: 500, error: 'InternalFailure', requestId: 'r-1' },
    },
  ],
  'a failure of what SageMaker needs': [
    'InternalDependencyException',
    [530, {}],
    { name: 'InternalServerException', status: 500 },
  ],
  throttling: [
    'ThrottlingException',
    [400, { message: 'Rate exceeded' }],
    { name: 'ThrottlingException', status: 429 },
  ],
  'an endpoint that is not there': [
    'ValidationError',
    [400, { Message: 'Endpoint my-endpoint of account 123456789012 not found.' }],
    missing,
  ],
  'rule 74: an inference component that is not there': [
    'ValidationError',
    [400, { Message: 'Inference Component my-endpoint of account 123456789012 not found.' }],
    missing,
  ],
  'rule 74: an inference component that the config does not name': [
    'ValidationError',
    [
      400,
      {
        ErrorCode: 'INFERENCE_COMPONENT_NAME_MISSING',
        Message:
          'Inference Component Name header is required for endpoints to which you plan to deploy inference components. Please include Inference Component Name header or consider using SageMaker models.',
      },
    ],
    { name: 'EndpointMisconfigured', status: 502, message: expect.stringContaining('has inference components') },
  ],
  'rule 74: an endpoint that does not stream': [
    'ValidationError',
    [400, { Message: 'Endpoint my-endpoint does not support response streaming' }],
    notServed,
  ],
  'rule 74: a refusal that nobody has named': [
    'UnknownOperationException',
    [404, { Message: 'my-endpoint' }],
    notServed,
  ],
  'more than can be taken': ['SomeException', [413, { Message: 'too large' }], { status: 413, message: 'too large' }],
  'a refusal of the role': [
    'AccessDeniedException',
    [403, { Message: 'User: arn:aws:sts::123456789012:assumed-role/x is not authorized' }],
    { name: 'StackCredentialError', status: 502 },
  ],
  'a session that has ended': [
    'ExpiredTokenException',
    [400, { message: 'The security token included in the request is expired' }],
    { name: 'StackCredentialError', status: 502 },
  ],
};

test.each(Object.entries(cases))('%s', async (_name, [name, answer, failure]) => {
  const server = await loopback((response) => fails(response, name, answer));
  const backend = await sagemaker(server.url);
  for (const outcome of [await backend.chat.call(hello, context()), await backend.chat.open(hello, context())]) {
    expect(outcome).toEqual({ ok: false, failure: expect.objectContaining(failure) });
    expect(JSON.stringify(outcome)).not.toMatch(/123456789012|arn:aws|my-endpoint/);
  }
});

test("only the status of a load balancer's page is kept", async () => {
  const server = await loopback((response) => {
    response.writeHead(503, { 'retry-after': '7' });
    response.end('<html>');
  });
  const outcome = await (await sagemaker(server.url)).chat.call(hello, context());
  expect(outcome).toMatchObject({
    ok: false,
    failure: { name: 'ServiceUnavailableException', status: 503, retryAfter: '7' },
  });
});

test.each([
  ['an error under 200', { error: 'out of memory', code: 424 }, { name: 'OpenAIError', status: 424 }],
  ['no choices', { generated_text: 'Hi' }, { name: 'MalformedReply', status: 502 }],
  ['choices without messages', { choices: [{ text: 'Hi' }] }, { name: 'MalformedReply', status: 502 }],
])('%s is a failure', async (_name, body, failure) => {
  const server = await loopback((response) => json(response, 200, body));
  const outcome = await (await sagemaker(server.url)).chat.call(hello, context());
  expect(outcome).toMatchObject({ ok: false, failure });
});

test('a redirect is not followed', async () => {
  const server = await loopback((response) => {
    response.writeHead(307, { location: 'http://127.0.0.1:1/' });
    response.end();
  });
  const outcome = await (await sagemaker(server.url)).chat.call(hello, context());
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'UnexpectedRedirect', status: 502 } });
  expect(server.arrived).toHaveLength(1);
});
