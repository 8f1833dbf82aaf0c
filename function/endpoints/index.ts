import { runtimeOperations, type RuntimeOperationName } from '../backends/bedrock/operations.ts';
import { chatCompletions } from './chat-completions.ts';
import type { Call, Endpoint } from '../request-context.ts';
import { health } from './health.ts';
import { deploymentPath } from '../pipeline/openai-body.ts';
import type { HttpResponse } from '../http-values.ts';

const completions: Endpoint = {
  method: 'POST',
  path: '/v1/completions',
  run: async (call) => (await import('./completions.ts')).completions(call),
};

const embeddings: Endpoint = {
  method: 'POST',
  path: '/v1/embeddings',
  run: async (call) => (await import('./embeddings.ts')).embeddings(call),
};

/**
 * Every route of the gateway, by its canonical path (`paths.ts` has the aliases). What most stacks serve is here from the start;
 * the rest is loaded with the first request for it, so that no cold start waits for what it does not need.
 */
export const endpoints: readonly Endpoint[] = [
  chatCompletions,
  health,
  { method: 'GET', path: '/v1/models', run: async (call) => (await import('./models.ts')).listModels(call) },
  {
    method: 'GET',
    path: '/v1/models/:model{.+}',
    run: async (call) => (await import('./models.ts')).retrieveModel(call),
  },
  completions,
  embeddings,
  { ...chatCompletions, path: deploymentPath('chat/completions') },
  { ...completions, path: deploymentPath('completions') },
  { ...embeddings, path: deploymentPath('embeddings') },
  runtime('Converse', async (call) => (await import('./converse.ts')).converse(call)),
  runtime('ConverseStream', async (call) => (await import('./converse.ts')).converseStream(call)),
  runtime('InvokeModel', async (call) => (await import('./invoke-model.ts')).invokeModel(call)),
  runtime('InvokeModelWithResponseStream', async (call) => (await import('./invoke-model.ts')).invokeModelStream(call)),
  runtime('CountTokens', async (call) => (await import('./count-tokens.ts')).countTokens(call)),
  runtime('ApplyGuardrail', async (call) => (await operations()).ownOperation(call, 'ApplyGuardrail')),
  runtime('InvokeGuardrailChecks', async (call) => (await operations()).ownOperation(call, 'InvokeGuardrailChecks')),
  runtime('StartAsyncInvoke', async (call) => (await operations()).startAsyncInvoke(call)),
  runtime('ListAsyncInvokes', async (call) => (await operations()).ownOperation(call, 'ListAsyncInvokes')),
  runtime('GetAsyncInvoke', async (call) => (await operations()).ownOperation(call, 'GetAsyncInvoke')),
  aws('POST', '/model/:model{.+}/invoke-with-bidirectional-stream', async () =>
    (await operations()).bidirectionalStream(),
  ),
  aws('GET', '/foundation-models', async (call) => (await listings()).foundationModels(call)),
  aws('GET', '/foundation-models/:model{.+}', async (call) => (await listings()).foundationModel(call)),
  aws('GET', '/inference-profiles', async (call) => (await listings()).inferenceProfiles(call)),
  aws('GET', '/inference-profiles/:profile{.+}', async (call) => (await listings()).inferenceProfile(call)),
];

const listings = () => import('./bedrock-listings.ts');
const operations = () => import('./bedrock-operations.ts');

/** A route of Bedrock's runtime. */
function runtime(name: RuntimeOperationName, run: (call: Call) => Promise<HttpResponse>): Endpoint {
  const { method, path } = runtimeOperations[name];
  return aws(method, path, run);
}

/** A route of Bedrock's own API, with errors in AWS's words. */
function aws(method: Endpoint['method'], path: string, run: (call: Call) => Promise<HttpResponse>): Endpoint {
  return { method, path, errors: 'aws', run };
}
