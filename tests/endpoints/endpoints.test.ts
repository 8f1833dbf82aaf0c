import { chatCompletions } from '../../function/endpoints/chat-completions.ts';
import { completions } from '../../function/endpoints/completions.ts';
import { converse, converseStream } from '../../function/endpoints/converse.ts';
import { countTokens } from '../../function/endpoints/count-tokens.ts';
import { embeddings } from '../../function/endpoints/embeddings.ts';
import { endpoints } from '../../function/endpoints/index.ts';
import { invokeModel, invokeModelStream } from '../../function/endpoints/invoke-model.ts';
import { awsClient } from '../../function/pipeline/aws-client.ts';
import { openAiClient } from '../../function/pipeline/openai-client.ts';
import { nativeChat } from '../../function/pipeline/native-chat.ts';
import { embeddingsFailure } from '../../function/translate/embeddings/failure.ts';
import { testApp } from '../support/app.ts';

test('every endpoint, in the order in which patterns are tried', () => {
  const table = endpoints.map((each) => [each.method, each.path, each.errorFormat, 'load' in each ? 'key' : 'no key']);
  expect(table).toEqual([
    ['POST', '/v1/chat/completions', 'openai', 'key'],
    ['GET', '/health', 'openai', 'no key'],
    ['GET', '/v1/models', 'openai', 'key'],
    ['GET', '/v1/models/:model{.+}', 'openai', 'key'],
    ['POST', '/v1/completions', 'openai', 'key'],
    ['POST', '/v1/responses', 'openai', 'key'],
    ['POST', '/v1/responses/input_tokens', 'openai', 'key'],
    ['POST', '/v1/embeddings', 'openai', 'key'],
    ['POST', '/v1/messages', 'anthropic', 'key'],
    ['POST', '/v1/messages/count_tokens', 'anthropic', 'key'],
    ['POST', '/openai/deployments/:deployment{.+}/chat/completions', 'openai', 'key'],
    ['POST', '/openai/deployments/:deployment{.+}/completions', 'openai', 'key'],
    ['POST', '/openai/deployments/:deployment{.+}/embeddings', 'openai', 'key'],
    ['POST', '/model/:model{.+}/converse', 'aws', 'key'],
    ['POST', '/model/:model{.+}/converse-stream', 'aws', 'key'],
    ['POST', '/model/:model{.+}/invoke', 'aws', 'key'],
    ['POST', '/model/:model{.+}/invoke-with-response-stream', 'aws', 'key'],
    ['POST', '/model/:model{.+}/count-tokens', 'aws', 'key'],
    ['POST', '/guardrail/:guardrailIdentifier{.+}/version/:guardrailVersion/apply', 'aws', 'key'],
    ['POST', '/guardrail-checks/invoke', 'aws', 'key'],
    ['GET', '/async-invoke', 'aws', 'key'],
    ['GET', '/async-invoke/:invocationArn{.+}', 'aws', 'key'],
    ['POST', '/async-invoke', 'aws', 'key'],
    ['POST', '/model/:model{.+}/invoke-with-bidirectional-stream', 'aws', 'no key'],
    ['GET', '/foundation-models', 'aws', 'key'],
    ['GET', '/foundation-models/:model{.+}', 'aws', 'key'],
    ['GET', '/inference-profiles', 'aws', 'key'],
    ['GET', '/inference-profiles/:profile{.+}', 'aws', 'key'],
    ['POST', '/v1/files', 'openai', 'key'],
    ['GET', '/v1/files', 'openai', 'key'],
    ['POST', '/v1/uploads', 'openai', 'key'],
    ['POST', '/v1/conversations', 'openai', 'key'],
    ['GET', '/v1/chat/completions', 'openai', 'key'],
    ['GET', '/v1/files/:rest{.+}', 'openai', 'key'],
    ['POST', '/v1/files/:rest{.+}', 'openai', 'key'],
    ['DELETE', '/v1/files/:rest{.+}', 'openai', 'key'],
    ['GET', '/v1/uploads/:rest{.+}', 'openai', 'key'],
    ['POST', '/v1/uploads/:rest{.+}', 'openai', 'key'],
    ['DELETE', '/v1/uploads/:rest{.+}', 'openai', 'key'],
    ['GET', '/v1/responses/:rest{.+}', 'openai', 'key'],
    ['POST', '/v1/responses/:rest{.+}', 'openai', 'key'],
    ['DELETE', '/v1/responses/:rest{.+}', 'openai', 'key'],
    ['GET', '/v1/conversations/:rest{.+}', 'openai', 'key'],
    ['POST', '/v1/conversations/:rest{.+}', 'openai', 'key'],
    ['DELETE', '/v1/conversations/:rest{.+}', 'openai', 'key'],
    ['GET', '/v1/chat/completions/:rest{.+}', 'openai', 'key'],
    ['POST', '/v1/chat/completions/:rest{.+}', 'openai', 'key'],
    ['DELETE', '/v1/chat/completions/:rest{.+}', 'openai', 'key'],
    ['GET', '/v1/organization/:rest{.+}', 'openai', 'key'],
    ['POST', '/v1/organization/:rest{.+}', 'openai', 'key'],
    ['DELETE', '/v1/organization/:rest{.+}', 'openai', 'key'],
    ['GET', '/v1/whoami', 'openai', 'key'],
    ['POST', '/mcp', 'openai', 'key'],
    ['GET', '/.well-known/oauth-protected-resource', 'openai', 'no key'],
    ['GET', '/.well-known/oauth-protected-resource/mcp', 'openai', 'no key'],
    ['GET', '/.well-known/oauth-authorization-server', 'openai', 'no key'],
    ['GET', '/.well-known/oauth-authorization-server/mcp', 'openai', 'no key'],
  ]);
});

test('what needs no key answers by itself', async () => {
  const { services } = testApp({});
  const answer = async (path: string) => {
    const endpoint = endpoints.find((each) => each.path === path);
    return endpoint && 'respond' in endpoint ? await endpoint.respond(services) : undefined;
  };
  expect(await answer('/health')).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"status":"ok"}',
  });
  await expect(answer('/model/:model{.+}/invoke-with-bidirectional-stream')).rejects.toMatchObject({
    name: 'ApiError',
    status: 404,
    code: 'unsupported_endpoint',
    param: null,
    message:
      'InvokeModelWithBidirectionalStream takes no API key, so it is not served here: call Bedrock itself, with AWS credentials.',
  });
});

const noEmbeddings =
  'This model makes no embeddings. (For the ARN of an application inference profile, the config of the stack can say which model is behind it, as the family of its entry.)';
const notInvoked =
  'The target of this model is not called by InvokeModel or its stream: use Converse or ConverseStream.';
const notCounted = "Bedrock counts the tokens of Anthropic's models on Bedrock only, and this model is none of them.";

test.each([
  ['Chat Completions', chatCompletions, 'model', 'This model takes no chats.'],
  ['completions', completions, 'model', 'This model takes no completions: use /v1/chat/completions.'],
  ['embeddings', embeddings, 'model', noEmbeddings],
  ['Converse', converse, null, 'This model cannot be called by Converse.'],
  ['ConverseStream', converseStream, null, 'This model cannot be called by Converse.'],
  ['InvokeModel', invokeModel, 'modelId', notInvoked],
  ['InvokeModelWithResponseStream', invokeModelStream, 'modelId', notInvoked],
  ['CountTokens', countTokens, 'modelId', notCounted],
] as const)('%s refuses a model whose backend has none of its surfaces', (_name, { unsupported }, param, message) => {
  expect(unsupported()).toMatchObject({ name: 'ApiError', status: 400, code: 'unsupported_model', param, message });
});

test("each speaks its API's protocol", () => {
  expect([chatCompletions.client, completions.client]).toEqual([openAiClient, openAiClient]);
  expect(embeddings.client).toEqual({ ...openAiClient, failure: embeddingsFailure });
  for (const { client } of [converse, converseStream, invokeModel, invokeModelStream, countTokens])
    expect(client).toBe(awsClient);
});

test('the ids of answers begin as those of their API', () => {
  const prefixes = [chatCompletions, completions, embeddings, converse, invokeModel, countTokens];
  expect(prefixes.map(({ idPrefix }) => idPrefix)).toEqual(['chatcmpl-', 'cmpl-', '', '', '', '']);
});

test('the operations of Bedrock say by their paths whether they stream', () => {
  expect([converse.wantsStream(''), converseStream.wantsStream('')]).toEqual([false, true]);
  expect([invokeModel.wantsStream(''), invokeModelStream.wantsStream('')]).toEqual([false, true]);
  expect([countTokens.wantsStream(''), embeddings.wantsStream({ value: { stream: true }, text: '' })]).toEqual([
    false,
    false,
  ]);
});

test('chats alone go natively first', () => {
  expect(chatCompletions.native).toBe(nativeChat);
  expect([completions.native, embeddings.native]).toEqual([undefined, undefined]);
});
