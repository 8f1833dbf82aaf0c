import {
  AccessDeniedException,
  BedrockClient,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
  ListFoundationModelsCommand,
  paginateListInferenceProfiles,
  ResourceNotFoundException,
  ValidationException,
  type InferenceProfileSummary,
} from '@aws-sdk/client-bedrock';
import { conforms, type SchemaKind } from '../schemas/conforms.ts';
import { withKey } from './aws.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
let client: BedrockClient;

beforeAll(() => {
  client = new BedrockClient(withKey(gateway()));
});
afterAll(() => client.destroy());

/** An answer without what AWS's client adds, as its service model has it. */
function checked<Answer extends { $metadata: unknown }>(kind: SchemaKind, answer: Answer): Omit<Answer, '$metadata'> {
  const { $metadata: _metadata, ...rest } = answer;
  expect(conforms(kind, JSON.parse(JSON.stringify(rest)))).toEqual([]);
  return rest;
}

test("ListFoundationModels lists Bedrock's models and the names of the catalog", async () => {
  const answer = await client.send(new ListFoundationModelsCommand({}));
  const ids = answer.modelSummaries?.map(({ modelId }) => modelId);
  // A name of the catalog need not look like an id of Bedrock.
  const own = answer.modelSummaries?.filter(({ providerName }) => providerName !== 'bedrock-gateway');
  checked('list-foundation-models', { ...answer, modelSummaries: own });
  const { model, openaiModel, sagemakerModel, embeddingModel } = gateway();
  expect(ids).toEqual(expect.arrayContaining([model, openaiModel, sagemakerModel, embeddingModel]));
  expect(ids).toEqual(expect.arrayContaining(['amazon.nova-lite-v1:0', 'amazon.titan-embed-text-v2:0']));
});

test("ListFoundationModels applies Bedrock's filters", async () => {
  const byOutputModality = 'EMBEDDING';
  const { modelSummaries = [] } = await client.send(new ListFoundationModelsCommand({ byOutputModality }));
  expect(modelSummaries.length).toBeGreaterThan(3);
  expect(modelSummaries.filter(({ outputModalities }) => !outputModalities?.includes('EMBEDDING'))).toEqual([]);
});

test("GetFoundationModel finds Bedrock's models and the names of the catalog", async () => {
  for (const modelIdentifier of ['amazon.nova-lite-v1:0', gateway().model, gateway().openaiModel]) {
    const sent = client.send(new GetFoundationModelCommand({ modelIdentifier }));
    expect((await sent).modelDetails).toMatchObject({ modelId: modelIdentifier, responseStreamingSupported: true });
  }
  const arn = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0';
  const sent = client.send(new GetFoundationModelCommand({ modelIdentifier: arn }));
  const { modelDetails } = checked('get-foundation-model', await sent);
  expect(modelDetails).toMatchObject({ modelId: 'amazon.nova-lite-v1:0', modelArn: arn });
});

test('ListInferenceProfiles reads all pages, and GetInferenceProfile finds each profile', async () => {
  const profiles: InferenceProfileSummary[] = [];
  let pages = 0;
  for await (const page of paginateListInferenceProfiles({ client, pageSize: 5 }, {})) {
    profiles.push(...(checked('list-inference-profiles', page).inferenceProfileSummaries ?? []));
    pages += 1;
  }
  expect(pages).toBeGreaterThan(1);
  const ids = profiles.map(({ inferenceProfileId }) => inferenceProfileId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('us.anthropic.claude-sonnet-4-6');
  for (const { inferenceProfileId, inferenceProfileArn, models } of profiles.slice(0, 4)) {
    for (const inferenceProfileIdentifier of [inferenceProfileId, inferenceProfileArn]) {
      const sent = client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier }));
      expect(checked('get-inference-profile', await sent)).toMatchObject({ inferenceProfileId, models });
    }
  }
});

test('unknown models and unknown keys are refused', async () => {
  const unknown = client.send(new GetFoundationModelCommand({ modelIdentifier: 'amazon.nova-lite-v9:0' }));
  await expect(unknown).rejects.toBeInstanceOf(ValidationException);
  const profile = client.send(new GetInferenceProfileCommand({ inferenceProfileIdentifier: 'us.of.nobody' }));
  await expect(profile).rejects.toBeInstanceOf(ResourceNotFoundException);
  const stranger = new BedrockClient({ ...withKey(gateway()), token: { token: 'sk-made-up' } });
  await expect(stranger.send(new ListFoundationModelsCommand({}))).rejects.toBeInstanceOf(AccessDeniedException);
  stranger.destroy();
});
