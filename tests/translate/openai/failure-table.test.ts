import { openAiFailure } from '../../../function/translate/openai/failure.ts';

type Told = readonly [
  status: number,
  type: string,
  code: string | null,
  param: string | null,
  message: string,
  headers: Readonly<Record<string, string>>,
];

const refusedKey =
  'Incorrect API key provided: Bedrock refused it. A key must be whole, not expired, and of the region that is called. Upstream says: ';
const noPermission =
  'This API key may not call this model. Its identity needs access to the model, the permissions bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream for it, and bedrock:CallWithBearerToken. Upstream says: ';
const noForm =
  "This account has not sent in the provider's use case form yet: do so once in the Bedrock console, on the model's page. Upstream says: ";
const noModel = 'The model does not exist in this region, or you do not have access to it. Upstream says: ';
const tooLong = "This model's maximum context length is exceeded. Upstream says: ";
const stackRefused =
  "The model's server refused what this gateway itself calls it with. Whoever runs the gateway can mend this.";
const noProfile =
  'This model can only be called through an inference profile: ask for the id of one, which is the model id with a prefix such as `us.`, `eu.` or `global.`. Upstream says: ';
const notByResponses =
  "Bedrock's own Responses API does not serve this model in this region. If Converse does, a target of the stack's config that begins with `bedrock:` reaches it there. Upstream says: ";
const notOnRoute =
  "Bedrock's own Chat Completions does not serve this model. A target of the stack's config that begins with `bedrock:` reaches it by Converse, as far as Converse has what is asked for. If the model has only the Responses API, use POST /v1/responses. Upstream says: ";

const noRetry = { 'x-should-retry': 'false' };

/** By the name alone: no row has the status 418. */
const names: readonly (readonly [name: string, told: Told])[] = [
  ['ConnectionError', [502, 'server_error', 'bad_gateway', null, "The model's server could not be reached.", {}]],
  ['TruncatedStream', [502, 'server_error', 'bad_gateway', null, 'The answer broke off before its end.', {}]],
  [
    'MalformedReply',
    [502, 'server_error', 'bad_gateway', null, "The model's server answered in a form that it does not define.", {}],
  ],
  [
    'UnexpectedRedirect',
    [
      502,
      'server_error',
      'bad_gateway',
      null,
      "The model's server answered with a redirect, which is not followed.",
      {},
    ],
  ],
  ['StackCredentialError', [502, 'server_error', 'upstream_credential_refused', null, stackRefused, noRetry]],
  ['UnsupportedRoute', [400, 'invalid_request_error', null, 'model', `${notOnRoute}Words.`, {}]],
  ['UnsupportedResponses', [400, 'invalid_request_error', null, 'model', `${notByResponses}Words.`, {}]],
  ['TimeoutError', [504, 'server_error', 'timeout', null, 'The model did not answer in time.', noRetry]],
  ['AbortError', [504, 'server_error', 'timeout', null, 'The model did not answer in time.', noRetry]],
  ['UnrecognizedClientException', [401, 'invalid_request_error', 'invalid_api_key', null, `${refusedKey}Words.`, {}]],
  ['ExpiredTokenException', [401, 'invalid_request_error', 'invalid_api_key', null, `${refusedKey}Words.`, {}]],
  ['InvalidSignatureException', [401, 'invalid_request_error', 'invalid_api_key', null, `${refusedKey}Words.`, {}]],
  ['IncompleteSignature', [401, 'invalid_request_error', 'invalid_api_key', null, `${refusedKey}Words.`, {}]],
  ['FTUFormNotFilled', [403, 'permission_error', 'permission_denied', null, `${noForm}Words.`, {}]],
  ['AccessDeniedException', [403, 'permission_error', 'permission_denied', null, `${noPermission}Words.`, {}]],
  ['ResourceNotFoundException', [404, 'invalid_request_error', 'model_not_found', 'model', `${noModel}Words.`, {}]],
  ['ServiceQuotaExceededException', [429, 'rate_limit_error', 'insufficient_quota', null, 'Words.', noRetry]],
  [
    'ModelNotReadyException',
    [
      503,
      'server_error',
      'model_not_ready',
      null,
      'The model is being made ready. Upstream says: Words.',
      { 'retry-after': '10' },
    ],
  ],
  ['ThrottlingException', [429, 'rate_limit_error', 'rate_limit_exceeded', null, 'Words.', { 'retry-after': '2' }]],
  [
    'TooManyRequestsException',
    [429, 'rate_limit_error', 'rate_limit_exceeded', null, 'Words.', { 'retry-after': '2' }],
  ],
  [
    'ModelTimeoutException',
    [504, 'server_error', 'timeout', null, 'The model did not answer in time. Upstream says: Words.', noRetry],
  ],
  ['ModelErrorException', [502, 'server_error', 'model_error', null, 'The model failed. Upstream says: Words.', {}]],
  [
    'ModelStreamErrorException',
    [502, 'server_error', 'model_error', null, 'The model failed. Upstream says: Words.', {}],
  ],
  [
    'ServiceUnavailableException',
    [503, 'server_error', 'server_is_overloaded', null, 'Words.', { 'retry-after': '1' }],
  ],
  ['InternalServerException', [500, 'server_error', 'server_error', null, 'Words.', {}]],
  ['InternalFailure', [500, 'server_error', 'server_error', null, 'Words.', {}]],
];

test.each(names)('%s is told by its name', (name, told) => {
  expect(toldOf({ name, status: 418, message: 'Words.' })).toEqual(told);
});

test.each([
  ['UnsupportedRoute', 400, 'This model is only supported in v1/responses and not in v1/chat/completions.'],
  ['UnsupportedRoute', 404, 'Model x is only available through the Responses API.'],
  ['OpenAIError', 404, 'This model is only supported in v1/responses and not in v1/chat/completions.'],
  ['OpenAIError', 400, "The model 'x' is only served by '/v1/responses'."],
])('a model that has only Responses is a 400 that says so: %s, %i, %s', (name, status, message) => {
  const words = 'This model is only supported in v1/responses and not in v1/chat/completions.';
  expect(toldOf({ name, status, message })).toEqual([400, 'invalid_request_error', null, 'model', words, {}]);
});

/** By the status and the text, of names that no row has. */
const texts: readonly (readonly [status: number, message: string, told: Told])[] = [
  [400, 'Words.', [400, 'invalid_request_error', null, null, 'Words.', {}]],
  [401, 'Words.', [401, 'invalid_request_error', 'invalid_api_key', null, `${refusedKey}Words.`, {}]],
  [403, 'Words.', [403, 'permission_error', 'permission_denied', null, `${noPermission}Words.`, {}]],
  [404, 'Words.', [404, 'invalid_request_error', 'not_found', null, 'Words.', {}]],
  [408, 'Words.', [504, 'server_error', 'timeout', null, 'Words.', noRetry]],
  [413, 'Words.', [413, 'invalid_request_error', 'request_too_large', null, 'Words.', {}]],
  [418, 'Words.', [400, 'invalid_request_error', null, null, 'Words.', {}]],
  [424, 'Words.', [502, 'server_error', 'model_error', null, 'Words.', {}]],
  [429, 'Words.', [429, 'rate_limit_error', 'rate_limit_exceeded', null, 'Words.', { 'retry-after': '2' }]],
  [499, 'Words.', [400, 'invalid_request_error', null, null, 'Words.', {}]],
  [500, 'Words.', [502, 'server_error', 'bad_gateway', null, 'Words.', {}]],
  [503, 'Words.', [503, 'server_error', 'server_is_overloaded', null, 'Words.', { 'retry-after': '1' }]],
  [504, 'Words.', [504, 'server_error', 'timeout', null, 'Words.', noRetry]],
  [599, 'Words.', [502, 'server_error', 'bad_gateway', null, 'Words.', {}]],
  [418, '', [400, 'invalid_request_error', null, null, 'Upstream refused the request and did not say why.', {}]],
  [
    400,
    'Prompt is too long',
    [400, 'invalid_request_error', 'context_length_exceeded', 'messages', `${tooLong}Prompt is too long`, {}],
  ],
  [
    413,
    'Prompt is too long',
    [400, 'invalid_request_error', 'context_length_exceeded', 'messages', `${tooLong}Prompt is too long`, {}],
  ],
  [
    424,
    'Prompt is too long',
    [400, 'invalid_request_error', 'context_length_exceeded', 'messages', `${tooLong}Prompt is too long`, {}],
  ],
  [422, 'Prompt is too long', [400, 'invalid_request_error', null, null, 'Prompt is too long', {}]],
  [400, 'No such model', [404, 'invalid_request_error', 'model_not_found', 'model', `${noModel}No such model`, {}]],
  [403, 'No such model', [404, 'invalid_request_error', 'model_not_found', 'model', `${noModel}No such model`, {}]],
  [404, 'No such model', [404, 'invalid_request_error', 'model_not_found', 'model', `${noModel}No such model`, {}]],
  [422, 'No such model', [404, 'invalid_request_error', 'model_not_found', 'model', `${noModel}No such model`, {}]],
  [424, 'No such model', [404, 'invalid_request_error', 'model_not_found', 'model', `${noModel}No such model`, {}]],
  [401, 'No such model', [401, 'invalid_request_error', 'invalid_api_key', null, `${refusedKey}No such model`, {}]],
  [
    401,
    'Not authorized to perform',
    [403, 'permission_error', 'permission_denied', null, `${noPermission}Not authorized to perform`, {}],
  ],
  [
    403,
    'Not authorized to perform',
    [403, 'permission_error', 'permission_denied', null, `${noPermission}Not authorized to perform`, {}],
  ],
  [418, 'Not authorized to perform', [400, 'invalid_request_error', null, null, 'Not authorized to perform', {}]],
  [403, 'A bad API key', [401, 'invalid_request_error', 'invalid_api_key', null, `${refusedKey}A bad API key`, {}]],
  [418, 'A bad API key', [400, 'invalid_request_error', null, null, 'A bad API key', {}]],
  [
    418,
    'Send the use case form',
    [403, 'permission_error', 'permission_denied', null, `${noForm}Send the use case form`, {}],
  ],
  [
    418,
    'No on-demand throughput',
    [404, 'invalid_request_error', 'model_not_found', 'model', `${noProfile}No on-demand throughput`, {}],
  ],
];

test.each(texts)('any other failure is told by its status and text: %i %s', (status, message, told) => {
  expect(toldOf({ name: 'SomethingNew', status, message })).toEqual(told);
});

const outOfQuota: Told = [
  429,
  'insufficient_quota',
  'insufficient_quota',
  null,
  'The account that pays for this model has used up its quota.',
  noRetry,
];
const notServed: Told = [
  404,
  'invalid_request_error',
  'model_not_found',
  'model',
  'The server that this gateway asks for this model does not have it.',
  {},
];
const credentialRefused: Told = [502, 'server_error', 'upstream_credential_refused', null, stackRefused, noRetry];
const late: Told = [504, 'server_error', 'timeout', null, 'The model did not answer in time.', noRetry];

interface Said {
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
}

const said = { type: 't', code: 'c', param: 'p' };
const gone = { code: 'model_not_found' };

/** Errors of OpenAI-compatible servers: by status and text, and by their own words. */
const servers: readonly (readonly [status: number, message: string, openai: Said, told: Told])[] = [
  [400, 'Words.', {}, [400, 'invalid_request_error', null, null, 'Words.', {}]],
  [401, 'Words.', {}, credentialRefused],
  [402, 'Words.', {}, outOfQuota],
  [403, 'Words.', {}, credentialRefused],
  [404, 'Words.', {}, notServed],
  [408, 'Words.', {}, late],
  [409, 'Words.', {}, [409, 'invalid_request_error', null, null, 'Words.', {}]],
  [413, 'Words.', {}, [413, 'invalid_request_error', 'request_too_large', null, 'Words.', {}]],
  [418, 'Words.', {}, [400, 'invalid_request_error', null, null, 'Words.', {}]],
  [422, 'Words.', {}, [422, 'invalid_request_error', null, null, 'Words.', {}]],
  [424, 'Words.', {}, [502, 'server_error', 'model_error', null, 'The model failed. Upstream says: Words.', {}]],
  [429, 'Words.', {}, [429, 'rate_limit_error', 'rate_limit_exceeded', null, 'Words.', { 'retry-after': '2' }]],
  [499, 'Words.', {}, [400, 'invalid_request_error', null, null, 'Words.', {}]],
  [500, 'Words.', {}, [500, 'server_error', 'server_error', null, 'Words.', {}]],
  [502, 'Words.', {}, [502, 'server_error', 'bad_gateway', null, 'Words.', {}]],
  [503, 'Words.', {}, [503, 'server_error', 'server_is_overloaded', null, 'Words.', { 'retry-after': '1' }]],
  [504, 'Words.', {}, late],
  [520, 'Words.', {}, [502, 'server_error', 'bad_gateway', null, 'Words.', {}]],
  [524, 'Words.', {}, late],
  [400, 'Words.', said, [400, 't', 'c', 'p', 'Words.', {}]],
  [424, 'Words.', said, [502, 't', 'c', 'p', 'The model failed. Upstream says: Words.', {}]],
  [429, 'Words.', said, [429, 't', 'c', 'p', 'Words.', { 'retry-after': '2' }]],
  [408, 'Words.', said, late],
  [400, 'Words.', gone, notServed],
  [499, 'Words.', gone, notServed],
  [401, 'Words.', gone, credentialRefused],
  [402, 'Words.', gone, outOfQuota],
  [403, 'Words.', gone, credentialRefused],
  [429, 'Words.', gone, [429, 'rate_limit_error', 'model_not_found', null, 'Words.', { 'retry-after': '2' }]],
  [500, 'Words.', gone, [500, 'server_error', 'model_not_found', null, 'Words.', {}]],
  [400, 'No such model', {}, notServed],
  [
    429,
    'No such model',
    {},
    [429, 'rate_limit_error', 'rate_limit_exceeded', null, 'No such model', { 'retry-after': '2' }],
  ],
  [500, 'No such model', {}, [500, 'server_error', 'server_error', null, 'No such model', {}]],
  [400, 'Words.', { code: 'insufficient_quota' }, outOfQuota],
  [400, 'Words.', { type: 'insufficient_quota' }, outOfQuota],
  [
    400,
    'Prompt is too long',
    {},
    [400, 'invalid_request_error', 'context_length_exceeded', 'messages', 'Prompt is too long', {}],
  ],
  [
    499,
    'Prompt is too long',
    {},
    [400, 'invalid_request_error', 'context_length_exceeded', 'messages', 'Prompt is too long', {}],
  ],
  [400, 'Prompt is too long', said, [400, 't', 'c', 'p', 'Prompt is too long', {}]],
  [500, 'Prompt is too long', {}, [500, 'server_error', 'server_error', null, 'Prompt is too long', {}]],
];

test.each(servers)('a server’s error is told by its status, text and words: %i %s %j', (status, message, own, told) => {
  const openai = { type: null, code: null, param: null, ...own };
  expect(toldOf({ name: 'OpenAIError', status, message, openai })).toEqual(told);
});

test.each([
  ['x'.repeat(200), 'x'.repeat(200)],
  ['x'.repeat(201), null],
  ['sk-madeup****0000', null],
])('a server’s own word is passed on when it is short and no secret: %s', (word, expected) => {
  const openai = { type: word, code: word, param: word };
  const [, type, code, param] = toldOf({ name: 'OpenAIError', status: 400, message: 'Words.', openai });
  expect([type, code, param]).toEqual([expected ?? 'invalid_request_error', expected, expected]);
});

function toldOf(failed: Parameters<typeof openAiFailure>[0]): Told {
  const { status, headers, body } = openAiFailure(failed);
  const { type, code, param, message } = body.error;
  return [status, type, code, param, message, headers];
}
