import {
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
} from '@aws-sdk/client-bedrock';
import { Ajv2020 } from 'ajv/dist/2020.js';
import modelsSchema from '../../../../schemas/bedrock/list-foundation-models.json' with { type: 'json' };
import profilesSchema from '../../../../schemas/bedrock/list-inference-profiles.json' with { type: 'json' };
import { regionOf } from '../../../../local/simulators/bedrock/region.ts';
import { apiKey, start, stop, user, type Clients } from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

async function get(path: string, headers: Record<string, string> = { authorization: `Bearer ${apiKey}` }) {
  const response = await fetch(clients.simulator.url + path, { headers });
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: await response.json() };
}

test('listings conform to the service model, except for its missing inference type', async () => {
  const ajv = new Ajv2020({ strict: false, unicodeRegExp: false });
  const { body } = await get('/foundation-models');
  const known = JSON.parse(
    JSON.stringify(body).replaceAll('"INFERENCE_PROFILE"', '"PROVISIONED"').replaceAll('"VIDEO"', '"IMAGE"'),
  );
  expect([ajv.validate(modelsSchema, known), ajv.errors]).toEqual([true, null]);
  expect([ajv.validate(profilesSchema, (await get('/inference-profiles')).body), ajv.errors]).toEqual([true, null]);
});

test('foundation models are filtered by provider, output and inference type', async () => {
  const list = async (input: object) =>
    ((await clients.control.send(new ListFoundationModelsCommand(input))).modelSummaries ?? []).map(
      ({ modelId }) => modelId,
    );
  expect(await list({ byOutputModality: 'EMBEDDING', byProvider: 'Amazon' })).toEqual([
    'amazon.titan-embed-text-v1',
    'amazon.titan-embed-text-v2:0',
    'amazon.titan-embed-image-v1',
    'amazon.nova-2-multimodal-embeddings-v1:0',
  ]);
  expect(await list({ byProvider: 'meta' })).toEqual(['meta.llama3-3-70b-instruct-v1:0']);
  expect(await list({ byInferenceType: 'ON_DEMAND', byProvider: 'Anthropic' })).toEqual([
    'anthropic.claude-3-haiku-20240307-v1:0',
  ]);
  expect(await list({ byCustomizationType: 'FINE_TUNING' })).toEqual([]);
});

test('profiles are paged, and each is available by ID and ARN', async () => {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients.control.send(new ListInferenceProfilesCommand({ maxResults: 4, nextToken }));
    ids.push(...(page.inferenceProfileSummaries ?? []).map(({ inferenceProfileId }) => inferenceProfileId ?? ''));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain(clients.model);
  const profile = await clients.control.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: ids[0] }));
  const again = await clients.control.send(
    new GetInferenceProfileCommand({ inferenceProfileIdentifier: profile.inferenceProfileArn }),
  );
  expect(again.models).toEqual(profile.models);
});

test('an application profile shows its model', async () => {
  const { inferenceProfileSummaries } = await clients.control.send(
    new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION' }),
  );
  expect(inferenceProfileSummaries?.map(({ models }) => models?.[0]?.modelArn)).toEqual([
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0',
  ]);
});

test('an unknown model is refused', async () => {
  const unknown = new GetFoundationModelCommand({ modelIdentifier: 'nobody.nothing-v1:0' });
  await expect(clients.control.send(unknown)).rejects.toMatchObject({ name: 'ValidationException' });
  const absent = new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'us.nobody.nothing' });
  await expect(clients.control.send(absent)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test.each([
  ['/inference-profiles?maxResults=0', /greater than or equal to 1/],
  ['/inference-profiles?maxResults=1001', /less than or equal to 1000/],
  ['/inference-profiles?type=OTHER', /enum value set/],
  ['/inference-profiles?nextToken=zzz', /nextToken is invalid/],
  ['/foundation-models?byOutputModality=SMELL', /enum value set/],
])('%s is a ValidationException', async (path, message) => {
  const { status, type, body } = await get(path);
  expect([status, type]).toEqual([400, 'ValidationException']);
  expect(body).toMatchObject({ message: expect.stringMatching(message) });
});

test('every model listed as callable can be called', async () => {
  const { callable, throttledModel } = regionOf('us-east-1');
  for (const id of callable) {
    const { status, type } = await clients.converse({ messages: [user('Hello')] }, id);
    expect([id, status, type]).toEqual(id === throttledModel ? [id, 429, 'ThrottlingException'] : [id, 200, null]);
  }
});

test.each([
  ['no key', {}, 'MissingAuthenticationTokenException'],
  ['another key', { authorization: `Bearer ${apiKey}x` }, 'AccessDeniedException'],
  ['an empty key', { authorization: 'Bearer ' }, 'AccessDeniedException'],
  ['a signature', { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' }, 'UnrecognizedClientException'],
])('%s is refused by the front door', async (_what, headers: Record<string, string>, name) => {
  const { status, type, body } = await get('/foundation-models', headers);
  expect([status, type]).toEqual([403, name]);
  expect(body).toMatchObject({ Message: expect.any(String) });
});

test('every response has a request ID, also for an unknown path', async () => {
  const response = await clients.post('/model/x/other', {});
  expect([response.status, response.headers.get('x-amzn-requestid')]).toEqual([
    404,
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
});
