import { readFileSync } from 'node:fs';
import { endpoints } from '../../function/endpoints/index.ts';
import { unservedEndpoint } from '../../function/endpoints/unserved.ts';
import { testApp } from '../support/app.ts';
import { needs } from '../support/skip.ts';

test.each([
  ['GET', '/v1/responses/resp_1', 'API of stored responses'],
  ['DELETE', '/v1/responses/resp_1', 'API of stored responses'],
  ['GET', '/v1/responses/resp_1/input_items', 'API of stored responses'],
  ['POST', '/v1/responses/resp_1/cancel', 'API of background responses'],
  ['POST', '/v1/responses/compact', 'API that compacts responses'],
  ['POST', '/responses/compact', 'API that compacts responses'],
  ['POST', '/v1/conversations', 'Conversations API'],
  ['POST', '/v1/audio/transcriptions', 'Audio API'],
  ['POST', '/v1/images/generations', 'Images API'],
  ['POST', '/openai/deployments/dall-e-3/images/generations', 'Images API'],
  ['POST', '/v1//moderations', 'Moderations API'],
  ['GET', '/v1/files', 'Files API'],
  ['POST', '/v1/uploads/upload_1/parts', 'Uploads API'],
  ['GET', '/v1/chat/completions/chatcmpl-1', 'API of stored chat completions'],
])('%s %s is a 404 that names the %s and what to use instead', async (method, path, api) => {
  const { status, text } = await testApp({}).send(path, { method });
  const { error } = JSON.parse(text);
  expect([status, error.code, error.type]).toEqual([404, 'unsupported_endpoint', 'invalid_request_error']);
  expect(error.message).toMatch(new RegExp(`^The ${api} is not served by this gateway\\. [A-Z].{20,}\\.$`));
});

/** By the first segment after the version: the API, and what to use instead. */
test.each([
  [
    'responses',
    'API of stored responses',
    'The gateway stores no responses: send all items of the conversation with each POST /v1/responses. Or set bedrock-gateway:storage in the config of the stack, if it is to store them.',
  ],
  [
    'conversations',
    'Conversations API',
    'The gateway stores no responses: send all items of the conversation with each POST /v1/responses. Or set bedrock-gateway:storage in the config of the stack, if it is to store them.',
  ],
  [
    'assistants',
    'Assistants API',
    'The gateway stores nothing: send the whole conversation with each POST /v1/chat/completions.',
  ],
  [
    'threads',
    'Threads API',
    'The gateway stores nothing: send the whole conversation with each POST /v1/chat/completions.',
  ],
  [
    'chatkit',
    'ChatKit API',
    'The gateway stores nothing: send the whole conversation with each POST /v1/chat/completions.',
  ],
  [
    'audio',
    'Audio API',
    'Use Amazon Transcribe for speech to text and Amazon Polly for text to speech; models that hear take input_audio parts in POST /v1/chat/completions.',
  ],
  ['images', 'Images API', 'Call an image model by InvokeModel instead: POST /model/{modelId}/invoke.'],
  ['videos', 'Videos API', 'Call a video model by StartAsyncInvoke of Amazon Bedrock instead: POST /async-invoke.'],
  [
    'moderations',
    'Moderations API',
    'Use a guardrail of Amazon Bedrock instead: POST /guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply.',
  ],
  ['content_provenance_checks', 'Content Provenance API', 'Nothing on Amazon Bedrock serves it by an API key.'],
  [
    'files',
    'Files API',
    'Send files inside messages instead, as parts of type file with file_data: POST /v1/chat/completions. Or set bedrock-gateway:storage in the config of the stack, if it is to store files.',
  ],
  [
    'uploads',
    'Uploads API',
    'Send files inside messages instead, as parts of type file with file_data: POST /v1/chat/completions. Or set bedrock-gateway:storage in the config of the stack, if it is to store files.',
  ],
  [
    'batches',
    'Batch API',
    'Send each request to POST /v1/chat/completions, or start batch inference in Amazon Bedrock (CreateModelInvocationJob).',
  ],
  [
    'vector_stores',
    'Vector Stores API',
    'Use POST /v1/embeddings with a vector database, or Amazon Bedrock Knowledge Bases.',
  ],
  [
    'fine_tuning',
    'Fine-tuning API',
    'Fine-tune in Amazon Bedrock instead (CreateModelCustomizationJob), then map a name to the custom model in bedrock-gateway:models.',
  ],
  [
    'fine-tunes',
    'Fine-tunes API',
    'Fine-tune in Amazon Bedrock instead (CreateModelCustomizationJob), then map a name to the custom model in bedrock-gateway:models.',
  ],
  ['evals', 'Evals API', 'Use model evaluation of Amazon Bedrock instead (CreateEvaluationJob).'],
  ['realtime', 'Realtime API', 'Stream text instead: POST /v1/chat/completions with "stream": true.'],
  ['containers', 'Containers API', 'Run code in your own app, as a function tool of POST /v1/chat/completions.'],
  ['skills', 'Skills API', 'Put instructions into a system message of POST /v1/chat/completions.'],
  [
    'organization',
    'Administration API',
    'It manages the API keys of a stack that has its own: set bedrock-gateway:gatewayKeys to true in the config.',
  ],
  ['projects', 'Projects API', 'Keys, models and limits are set in the config of the stack and in AWS IAM.'],
  ['edits', 'Edits API', 'Use Chat Completions instead: POST /v1/chat/completions.'],
  ['engines', 'Engines API', 'Name the model in the body: POST /v1/completions; GET /v1/models lists models.'],
  [
    'messages',
    'rest of the Messages API of Anthropic',
    'It has POST /v1/messages and POST /v1/messages/count_tokens: set the base URL of the client to this host, without a path.',
  ],
])('/v1/%s is the %s', (segment, api, instead) => {
  for (const path of [`/v1/${segment}`, `/openai/v1/${segment}/x`, `/${segment}`])
    expect(unservedEndpoint(path)).toMatchObject({
      name: 'ApiError',
      status: 404,
      code: 'unsupported_endpoint',
      param: null,
      message: `The ${api} is not served by this gateway. ${instead}`,
    });
});

test('a stored chat is what follows the path of chats', () => {
  const message =
    'The API of stored chat completions is not served by this gateway. The gateway stores nothing: send the whole conversation with each POST /v1/chat/completions. Or set bedrock-gateway:storage in the config of the stack, if it is to store them.';
  expect(unservedEndpoint('/v1/chat/completions/chatcmpl-1')).toMatchObject({ message });
  expect(unservedEndpoint('/chat/completions/chatcmpl-1/messages')).toMatchObject({ message });
  for (const path of ['/v1/chat/completions/', '/v1/chat/other/x', '/v1/other/completions/x'])
    expect(unservedEndpoint(path)).toBeUndefined();
});

test.each([
  '/v1/nonsense',
  '/v1',
  '/',
  '/openai/v1/',
  '/v1/constructor',
  '/v1/chat',
  '/openai/chat/completions',
  '/responsesx',
])('%s is an unknown URL', (path) => {
  expect(unservedEndpoint(path)).toBeUndefined();
});

const { OPENAPI_DOCUMENT: document } = process.env;

needs(document !== undefined, "OPENAPI_DOCUMENT (OpenAI's OpenAPI document) is not set")("OpenAI's document", () => {
  test('has no path that is neither served nor said not to be', () => {
    const { paths } = JSON.parse(readFileSync(document ?? '', 'utf8'));
    const served = new Set(endpoints.map(({ path }) => path.replace('/v1', '').replaceAll(/:\w+\{\.\+\}/g, '{}')));
    const unknown = Object.keys(paths).filter((path) => {
      const [plain = ''] = path.split('?', 1);
      return !served.has(plain.replaceAll(/\{\w+\}/g, '{}')) && unservedEndpoint(`/v1${plain}`) === undefined;
    });
    expect(unknown).toEqual([]);
  });
});
