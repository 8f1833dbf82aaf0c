import { runtimeOperations, type RuntimeOperationName } from '../backends/bedrock/operations.ts';
import type { Endpoint, Handler } from '../pipeline/endpoint.ts';
import { relay } from '../pipeline/relay.ts';
import type { ModelEndpoint } from '../pipeline/route.ts';
import { isObject } from '../dialects/json.ts';
import type { HttpResponse } from '../http-values.ts';
import type { RequestContext, Services } from '../request-context.ts';
import { chatCompletions } from './chat-completions.ts';
import { health } from './health.ts';

const methods = ['GET', 'POST', 'DELETE'] as const;

const chat = modelHandler(chatCompletions);
const keptChat: Handler = {
  ...chat,
  run: (context) => (mayBeStored(context) ? storedChat(context) : chat.run(context)),
};
const completions = async () => modelHandler((await import('./completions.ts')).completions);
const responses = async () => (await import('./responses.ts')).responses;
const inputTokens = async () => (await import('./input-tokens.ts')).countInputTokens;
const messages = () => import('./messages.ts');
const embeddings = async () => modelHandler((await import('./embeddings.ts')).embeddings);
const models = () => import('./models.ts');
const converse = () => import('./converse.ts');
const invoke = () => import('./invoke-model.ts');
const listings = () => import('./bedrock-listings.ts');
const organization = async () => (await import('../organization/handler.ts')).organization;
const whatIsStored = async () => (await import('../stored/handler.ts')).stored;
const operations = () => import('./bedrock-operations.ts');

/**
 * Every endpoint of the gateway, by its canonical path (`paths.ts` has the aliases). What most stacks serve is here from the start; the
 * rest is loaded with the first request for it, so that no cold start waits for what it does not need.
 */
export const endpoints: readonly Endpoint[] = [
  openAi('POST', '/v1/chat/completions', () => keptChat),
  { method: 'GET', path: '/health', errorFormat: 'openai', respond: health },
  listing(openAi('GET', '/v1/models', async () => (await models()).listModels)),
  listing(openAi('GET', '/v1/models/:model{.+}', async () => (await models()).retrieveModel)),
  openAi('POST', '/v1/completions', completions),
  openAi('POST', '/v1/responses', responses),
  openAi('POST', '/v1/responses/input_tokens', inputTokens),
  openAi('POST', '/v1/embeddings', embeddings),
  anthropic('/v1/messages', async () => (await messages()).anthropicMessages),
  anthropic('/v1/messages/count_tokens', async () => (await messages()).countMessages),
  openAi('POST', deploymentPath('chat/completions'), () => keptChat),
  openAi('POST', deploymentPath('completions'), completions),
  openAi('POST', deploymentPath('embeddings'), embeddings),
  runtime('Converse', async () => modelHandler((await converse()).converse)),
  runtime('ConverseStream', async () => modelHandler((await converse()).converseStream)),
  runtime('InvokeModel', async () => modelHandler((await invoke()).invokeModel)),
  runtime('InvokeModelWithResponseStream', async () => modelHandler((await invoke()).invokeModelStream)),
  runtime('CountTokens', async () => modelHandler((await import('./count-tokens.ts')).countTokens)),
  ...(['ApplyGuardrail', 'InvokeGuardrailChecks', 'ListAsyncInvokes', 'GetAsyncInvoke'] as const).map((name) =>
    runtime(name, async () => (await operations()).callerOperation(name)),
  ),
  runtime('StartAsyncInvoke', async () => (await operations()).startAsyncInvoke),
  {
    method: 'POST',
    path: '/model/:model{.+}/invoke-with-bidirectional-stream',
    errorFormat: 'aws',
    respond: async () => (await operations()).bidirectionalStream(),
  },
  listing(aws('GET', '/foundation-models', async () => (await listings()).foundationModels)),
  listing(aws('GET', '/foundation-models/:model{.+}', async () => (await listings()).foundationModel)),
  listing(aws('GET', '/inference-profiles', async () => (await listings()).inferenceProfiles)),
  listing(aws('GET', '/inference-profiles/:profile{.+}', async () => (await listings()).inferenceProfile)),
  storing('POST', '/v1/files'),
  storing('GET', '/v1/files'),
  storing('POST', '/v1/uploads'),
  storing('POST', '/v1/conversations'),
  storing('GET', '/v1/chat/completions'),
  ...['files', 'uploads', 'responses', 'conversations', 'chat/completions'].flatMap((name) =>
    methods.map((method) => storing(method, `/v1/${name}/:rest{.+}`)),
  ),
  ...methods.map(administration),
  {
    method: 'GET',
    path: '/v1/whoami',
    errorFormat: 'openai',
    scope: 'any',
    load: async () => (await import('../organization/whoami.ts')).whoami,
  },
  {
    method: 'POST',
    path: '/mcp',
    errorFormat: 'openai',
    // Each tool asks for its own scope.
    scope: 'any',
    isServed: hasMcp,
    takesAllMethods: true,
    door: async (...arrived) => (await import('../mcp/door.ts')).door(...arrived),
    load: async () => (await import('../mcp/handler.ts')).mcp,
  },
  ...['', '/mcp'].map(resourceMetadata),
  ...(['', '/mcp'] as const).map(authorizationServer),
];

/** Whether a chat may have to be stored: few are, and no other should load what does. JSON may write a letter as `\u00…`. */
function mayBeStored({ services: { storage, catalog }, request: { body = '' } }: RequestContext): boolean {
  if (storage === undefined) return false;
  if (hasDefault(catalog)) return true;
  const text = Buffer.from(body);
  return text.includes('"store"') || text.includes('\\u00');
}

function hasDefault({ storage }: Services['catalog']): boolean {
  return isObject(storage) && storage['storeByDefault'] === true;
}

async function storedChat(context: RequestContext): Promise<HttpResponse> {
  const { relayChat } = await import('../pipeline/kept-chats.ts');
  return relayChat(chatCompletions, context);
}

/** Serves a model endpoint: every one of them goes through the same pipeline. */
function modelHandler<Body>(endpoint: ModelEndpoint<Body>): Handler {
  return { routes: endpoint.routes, run: (context) => relay(endpoint, context) };
}

/** The path of an operation under Azure's scheme, where the deployment in the path is the model. */
function deploymentPath(operation: string): string {
  return `/openai/deployments/:deployment{.+}/${operation}`;
}

/** An endpoint of OpenAI's API that models answer. */
function openAi(method: Endpoint['method'], path: string, load: () => Handler | Promise<Handler>): Endpoint {
  return { method, path, errorFormat: 'openai', scope: 'inference', load };
}

/** An endpoint of Anthropic's API. */
function anthropic(path: string, load: () => Promise<Handler>): Endpoint {
  return { method: 'POST', path, errorFormat: 'anthropic', scope: 'inference', load };
}

/** An endpoint that shows models, rather than asking one. */
function listing(endpoint: Endpoint): Endpoint {
  return { ...endpoint, scope: 'models.read' };
}

/** An endpoint of stacks that store something: all of them have a table of their own. */
function storing(method: Endpoint['method'], path: string): Endpoint {
  return { ...openAi(method, path, whatIsStored), isServed: ({ storage }) => storage !== undefined };
}

/** All operations of OpenAI's administration API: they have a table of their own. */
function administration(method: Endpoint['method']): Endpoint {
  const path = '/v1/organization/:rest{.+}';
  return { method, path, errorFormat: 'openai', scope: 'any', isServed: hasKeys, load: organization };
}

/** What MCP clients read about the tokens that the server takes. */
function resourceMetadata(resource: string): Endpoint {
  return {
    method: 'GET',
    path: `/.well-known/oauth-protected-resource${resource}`,
    errorFormat: 'openai',
    isServed: hasMcp,
    respond: async (services) => (await import('../mcp/resource-metadata.ts')).resourceMetadata(services),
  };
}

/** What MCP clients read about the server that makes tokens, where the gateway publishes it in place of the issuer. */
function authorizationServer(path: '' | '/mcp'): Endpoint {
  return {
    method: 'GET',
    path: `/.well-known/oauth-authorization-server${path}`,
    errorFormat: 'openai',
    isServed: hasMcp,
    respond: async (services) =>
      (await import('../mcp/authorization-server.ts')).authorizationServerMetadata(services, path),
  };
}

function hasMcp({ catalog }: Services): boolean {
  return catalog.mcp !== undefined;
}

function hasKeys({ keys }: Services): boolean {
  return keys !== undefined;
}

/** An endpoint of Bedrock's own API. */
function aws(method: Endpoint['method'], path: string, load: () => Handler | Promise<Handler>): Endpoint {
  return { method, path, errorFormat: 'aws', scope: 'inference', load };
}

/** An operation of Bedrock's runtime. */
function runtime(name: RuntimeOperationName, load: () => Handler | Promise<Handler>): Endpoint {
  const { method, path } = runtimeOperations[name];
  return aws(method, path, load);
}
