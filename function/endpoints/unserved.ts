import { ApiError } from '../errors.ts';

/** An API of OpenAI's (or Anthropic's) that clients may ask for and the gateway does not have. */
interface Unserved {
  /** The API's name in the vendor's documentation. */
  readonly api: string;
  /** What serves the same need, as a sentence. */
  readonly instead: string;
}

const responses =
  'The gateway stores no responses: send all items of the conversation with each POST /v1/responses. Or set bedrock-gateway:storage in the config of the stack, if it is to store them.';
const chat = 'Use Chat Completions instead: POST /v1/chat/completions.';
const history = 'The gateway stores nothing: send the whole conversation with each POST /v1/chat/completions.';
const inline = 'Send files inside messages instead, as parts of type file with file_data: POST /v1/chat/completions.';
const ownStorage = `${inline} Or set bedrock-gateway:storage in the config of the stack, if it is to store files.`;
const account = 'Keys, models and limits are set in the config of the stack and in AWS IAM.';
const ownKeys =
  'It manages the API keys of a stack that has its own: set bedrock-gateway:gatewayKeys to true in the config.';
const customModels =
  'Fine-tune in Amazon Bedrock instead (CreateModelCustomizationJob), then map a name to the custom model in bedrock-gateway:models.';

/** By the first segment after `/v1`. Every segment of OpenAI's OpenAPI document that is not served has an entry (a test). */
const unserved: ReadonlyMap<string, Unserved> = new Map<string, Unserved>([
  ['responses', { api: 'API of stored responses', instead: responses }],
  ['conversations', { api: 'Conversations API', instead: responses }],
  ['assistants', { api: 'Assistants API', instead: history }],
  ['threads', { api: 'Threads API', instead: history }],
  ['chatkit', { api: 'ChatKit API', instead: history }],
  [
    'audio',
    {
      api: 'Audio API',
      instead:
        'Use Amazon Transcribe for speech to text and Amazon Polly for text to speech; models that hear take input_audio parts in POST /v1/chat/completions.',
    },
  ],
  [
    'images',
    { api: 'Images API', instead: 'Call an image model by InvokeModel instead: POST /model/{modelId}/invoke.' },
  ],
  [
    'videos',
    {
      api: 'Videos API',
      instead: 'Call a video model by StartAsyncInvoke of Amazon Bedrock instead: POST /async-invoke.',
    },
  ],
  [
    'moderations',
    {
      api: 'Moderations API',
      instead:
        'Use a guardrail of Amazon Bedrock instead: POST /guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply.',
    },
  ],
  [
    'content_provenance_checks',
    { api: 'Content Provenance API', instead: 'Nothing on Amazon Bedrock serves it by an API key.' },
  ],
  ['files', { api: 'Files API', instead: ownStorage }],
  ['uploads', { api: 'Uploads API', instead: ownStorage }],
  [
    'batches',
    {
      api: 'Batch API',
      instead:
        'Send each request to POST /v1/chat/completions, or start batch inference in Amazon Bedrock (CreateModelInvocationJob).',
    },
  ],
  [
    'vector_stores',
    {
      api: 'Vector Stores API',
      instead: 'Use POST /v1/embeddings with a vector database, or Amazon Bedrock Knowledge Bases.',
    },
  ],
  ['fine_tuning', { api: 'Fine-tuning API', instead: customModels }],
  ['fine-tunes', { api: 'Fine-tunes API', instead: customModels }],
  ['evals', { api: 'Evals API', instead: 'Use model evaluation of Amazon Bedrock instead (CreateEvaluationJob).' }],
  ['realtime', { api: 'Realtime API', instead: 'Stream text instead: POST /v1/chat/completions with "stream": true.' }],
  [
    'containers',
    { api: 'Containers API', instead: 'Run code in your own app, as a function tool of POST /v1/chat/completions.' },
  ],
  ['skills', { api: 'Skills API', instead: 'Put instructions into a system message of POST /v1/chat/completions.' }],
  ['organization', { api: 'Administration API', instead: ownKeys }],
  ['projects', { api: 'Projects API', instead: account }],
  [
    'mcp',
    {
      api: 'Model Context Protocol',
      instead: 'A stack serves it that has bedrock-gateway:mcp set to true in its config.',
    },
  ],
  ['edits', { api: 'Edits API', instead: chat }],
  [
    'engines',
    { api: 'Engines API', instead: 'Name the model in the body: POST /v1/completions; GET /v1/models lists models.' },
  ],
  [
    'messages',
    {
      api: 'rest of the Messages API of Anthropic',
      instead:
        'It has POST /v1/messages and POST /v1/messages/count_tokens: set the base URL of the client to this host, without a path.',
    },
  ],
]);

const background: Unserved = {
  api: 'API of background responses',
  instead: 'Nothing runs in the background: the answer comes with its request, POST /v1/responses.',
};
const compaction: Unserved = {
  api: 'API that compacts responses',
  instead: 'Send fewer items with the next POST /v1/responses.',
};

const storedChats: Unserved = {
  api: 'API of stored chat completions',
  instead: `${history} Or set bedrock-gateway:storage in the config of the stack, if it is to store them.`,
};

/** The path after the version, whichever spelling of the base URL a client has; below `/anthropic` Bedrock has Anthropic's API. */
const base = /^\/(?:(?:anthropic\/)?v1\/|openai\/(?:v1\/|deployments\/[^/]+\/)?)?(.*)$/;

/**
 * The 404 for a path of a known API that the gateway does not serve: it names the API and what to use instead. Undefined for
 * any other path.
 */
export function unservedEndpoint(path: string): ApiError | undefined {
  const [segment = '', second = '', third = ''] = segments(path);
  const isChat = segment === 'chat' && second === 'completions' && third !== '';
  const found = neverServed(path) ?? (isChat ? storedChats : unserved.get(segment));
  return found === undefined ? undefined : notServed(found);
}

/** The 404 for a path that is not served even where the stack stores responses. Undefined for any other path. */
export function unservedWithStorage(path: string): ApiError | undefined {
  const found = neverServed(path);
  return found === undefined ? undefined : notServed(found);
}

function neverServed(path: string): Unserved | undefined {
  const [segment, second, third] = segments(path);
  if (segment !== 'responses') return undefined;
  if (second === 'compact') return compaction;
  return third === 'cancel' ? background : undefined;
}

function segments(path: string): string[] {
  return base.exec(path)?.[1]?.split('/', 3) ?? [];
}

function notServed({ api, instead }: Unserved): ApiError {
  return new ApiError(`The ${api} is not served by this gateway. ${instead}`, {
    status: 404,
    code: 'unsupported_endpoint',
  });
}
