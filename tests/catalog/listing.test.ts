import type { FoundationModelSummary, InferenceProfileSummary } from '../../function/dialects/bedrock.gen.ts';
import { backends } from '../../function/backends/registry.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { findModel, modelEntries, type ModelEntry } from '../../function/catalog/listing.ts';
import { plainCatalog } from '../support/catalog.ts';
import { resolve } from '../../function/catalog/resolve.ts';

function model(modelId: string, over: Partial<FoundationModelSummary> = {}): FoundationModelSummary {
  return {
    modelId,
    modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}`,
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    inferenceTypesSupported: ['ON_DEMAND'],
    modelLifecycle: { status: 'ACTIVE', startOfLifeTime: '2024-12-02T00:00:00Z' },
    ...over,
  };
}

function profile(id: string, of: string, over: Partial<InferenceProfileSummary> = {}): InferenceProfileSummary {
  return {
    inferenceProfileId: id,
    inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${id}`,
    inferenceProfileName: id,
    models: ['us-east-1', 'us-west-2'].map((region) => ({
      modelArn: `arn:aws:bedrock:${region}::foundation-model/${of}`,
    })),
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
    ...over,
  };
}

const open: Catalog = plainCatalog;
const caller = { hasOwnKey: true, isPaidFor: false, may: () => true };
const teamArn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';

function ids(entries: readonly ModelEntry[]): string[] {
  return entries.map(({ id }) => id);
}

describe("of Bedrock's own", () => {
  test('those are listed that can be chatted with or make embeddings, under the ids that work', () => {
    const foundationModels = [
      model('amazon.nova-lite-v1:0'),
      model('anthropic.claude-sonnet-4-6', { inferenceTypesSupported: ['INFERENCE_PROFILE'] }),
      model('amazon.nova-lite-v1:0:24k', { inferenceTypesSupported: ['PROVISIONED'] }),
      model('amazon.titan-embed-text-v2:0', { outputModalities: ['EMBEDDING'], responseStreamingSupported: false }),
      model('cohere.embed-v4:0', {
        outputModalities: ['EMBEDDING'],
        responseStreamingSupported: false,
        inferenceTypesSupported: ['INFERENCE_PROFILE'],
      }),
      model('cohere.rerank-v3-5:0', { responseStreamingSupported: false }),
      model('amazon.nova-canvas-v1:0', { outputModalities: ['IMAGE'] }),
      model('amazon.nova-2-sonic-v1:0', { outputModalities: ['SPEECH', 'TEXT'] }),
      model('meta.llama2-13b-chat-v1', { modelLifecycle: { status: 'LEGACY' } }),
      model('meta.llama1-13b-chat-v1', { modelLifecycle: { status: 'GONE' } }),
    ];
    const profiles = [
      profile('us.anthropic.claude-sonnet-4-6', 'anthropic.claude-sonnet-4-6'),
      profile('us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0'),
      profile('us.twelvelabs.pegasus-1-2-v1:0', 'twelvelabs.pegasus-1-2-v1:0'),
      profile('us.cohere.rerank-v3-5:0', 'cohere.rerank-v3-5:0'),
      profile('global.cohere.embed-v4:0', 'cohere.embed-v4:0'),
      profile('eu.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0', { status: 'CREATING' }),
      profile('abc123', 'anthropic.claude-sonnet-4-6', { type: 'APPLICATION', inferenceProfileArn: teamArn }),
    ];
    const listed = ids(modelEntries({ foundationModels, profiles, backendFacts: backends, catalog: open, caller }));
    expect(listed).toEqual([
      'amazon.nova-2-sonic-v1:0',
      'amazon.nova-lite-v1:0',
      'amazon.titan-embed-text-v2:0',
      teamArn,
      'global.cohere.embed-v4:0',
      'meta.llama2-13b-chat-v1',
      'us.amazon.nova-lite-v1:0',
      'us.anthropic.claude-sonnet-4-6',
    ]);
    for (const id of listed) expect(resolve(id, open, backends).targets).toEqual([{ backend: 'bedrock', model: id }]);
  });

  test("each is one of OpenAI's model objects", () => {
    const entries = modelEntries({
      caller,
      foundationModels: [
        model('amazon.nova-lite-v1:0'),
        model('ai21.jamba-1-5-large-v1:0', { modelLifecycle: { status: 'ACTIVE' } }),
      ],
      profiles: [profile('us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0', { createdAt: '2025-01-01T00:00:00Z' })],
      backendFacts: backends,
      catalog: open,
    });
    expect(entries).toEqual([
      { id: 'ai21.jamba-1-5-large-v1:0', object: 'model', created: 1_695_859_200, owned_by: 'ai21' },
      { id: 'amazon.nova-lite-v1:0', object: 'model', created: 1_733_097_600, owned_by: 'amazon' },
      { id: 'us.amazon.nova-lite-v1:0', object: 'model', created: 1_735_689_600, owned_by: 'amazon' },
    ]);
  });

  test.each([
    ['1970-01-01T00:00:01Z', 1],
    ['1970-01-01T00:00:00.999Z', 1_695_859_200],
    ['2024-12-02T00:00:00.999Z', 1_733_097_600],
    ['some day', 1_695_859_200],
  ])('one that began %s was created at %d', (startOfLifeTime, created) => {
    const foundationModels = [
      model('amazon.nova-lite-v1:0', { modelLifecycle: { status: 'ACTIVE', startOfLifeTime } }),
    ];
    const holdings = { foundationModels, profiles: [], backendFacts: backends, catalog: open, caller };
    expect(modelEntries(holdings)).toEqual([
      { id: 'amazon.nova-lite-v1:0', object: 'model', created, owned_by: 'amazon' },
    ]);
  });

  test('is listed without a lifecycle, and not without a kind of output', () => {
    const { modelLifecycle: _cycle, ...lite } = model('amazon.nova-lite-v1:0');
    const { outputModalities: _output, ...pro } = model('amazon.nova-pro-v1:0');
    const { inferenceTypesSupported: _types, ...micro } = model('amazon.nova-micro-v1:0');
    const foundationModels = [lite, pro, micro];
    const profiles = [
      profile('us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0', { models: [] }),
      profile('us.amazon.nova-micro-v1:0', 'amazon.nova-micro-v1:0'),
    ];
    expect(ids(modelEntries({ foundationModels, profiles, backendFacts: backends, catalog: open, caller }))).toEqual([
      'amazon.nova-lite-v1:0',
      'us.amazon.nova-micro-v1:0',
    ]);
  });

  test.each(['amazon.nova-lite-v1:0', 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0'])(
    'is found by the id and by the ARN that shows it: %s',
    (name) => {
      const holdings = { profiles: [], backendFacts: backends, catalog: open, caller };
      const found = findModel(name, { ...holdings, foundationModels: [model('amazon.nova-lite-v1:0')] });
      expect(found).toEqual({ id: name, object: 'model', created: 1_733_097_600, owned_by: 'amazon' });
      expect(findModel(name, { ...holdings, foundationModels: [] })).toBeUndefined();
    },
  );

  test('only those are listed that the caller may ask for', () => {
    const foundationModels = [model('amazon.nova-lite-v1:0'), model('amazon.nova-pro-v1:0')];
    const may = (name: string): boolean => name === 'amazon.nova-pro-v1:0';
    const holdings = { foundationModels, profiles: [], backendFacts: backends, catalog: open };
    expect(ids(modelEntries({ ...holdings, caller: { ...caller, may } }))).toEqual(['amazon.nova-pro-v1:0']);
  });

  test('none is listed when the catalog does not allow it', () => {
    const catalog = { ...open, allowUnmappedBedrockModels: false };
    expect(
      modelEntries({
        foundationModels: [model('amazon.nova-lite-v1:0')],
        profiles: [],
        backendFacts: backends,
        catalog,
        caller,
      }),
    ).toEqual([]);
  });
});

describe('configured names', () => {
  const catalog: Catalog = {
    ...plainCatalog,
    models: {
      'gpt-4o': { target: 'bedrock:us.amazon.nova-lite-v1:0' },
      'gpt-5': { target: 'bedrock:us.anthropic.claude-opus-5' },
      team: { target: `bedrock:${teamArn}` },
      'amazon.nova-lite-v1:0': { target: 'bedrock:us.amazon.nova-lite-v1:0' },
    },
    allowUnmappedBedrockModels: true,
  };

  test('are listed once, and if their target is there', () => {
    const entries = modelEntries({
      caller,
      foundationModels: [model('amazon.nova-lite-v1:0')],
      profiles: [profile('us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0')],
      backendFacts: backends,
      catalog,
    });
    expect(entries).toEqual([
      { id: 'amazon.nova-lite-v1:0', object: 'model', created: 1_733_097_600, owned_by: 'amazon' },
      { id: 'gpt-4o', object: 'model', created: 1_733_097_600, owned_by: 'amazon' },
      { id: 'team', object: 'model', created: 1_695_859_200, owned_by: 'bedrock' },
      { id: 'us.amazon.nova-lite-v1:0', object: 'model', created: 1_733_097_600, owned_by: 'amazon' },
    ]);
  });

  test.each([
    ['neither', undefined, undefined],
    ['only models', [model('amazon.nova-lite-v1:0')], undefined],
    ['only profiles', undefined, [profile('us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0')]],
  ])('are all listed for a caller who may list %s', (_name, foundationModels, profiles) => {
    expect(ids(modelEntries({ foundationModels, profiles, backendFacts: backends, catalog, caller }))).toEqual(
      Object.keys(catalog.models).sort(),
    );
  });
});

test("a name that the stack pays for is listed, whatever the lists of the stack's own role say", () => {
  const catalog: Catalog = {
    ...plainCatalog,
    allowUnmappedBedrockModels: false,
    models: {
      'gpt-4o': { target: 'openai:gpt-4o' },
      'gpt-5': { target: 'openai:gpt-5', fallbacks: ['bedrock:us.amazon.nova-pro-v1:0'] },
      nova: { target: 'bedrock:us.amazon.nova-lite-v1:0' },
    },
  };
  const lists = { foundationModels: [], profiles: [], backendFacts: backends, catalog };
  const payer = { hasOwnKey: false, isPaidFor: true, may: () => true };
  expect(modelEntries({ ...lists, caller: payer })).toEqual([
    { id: 'gpt-4o', object: 'model', created: 1_695_859_200, owned_by: 'openai' },
    { id: 'gpt-5', object: 'model', created: 1_695_859_200, owned_by: 'openai' },
    { id: 'nova', object: 'model', created: 1_695_859_200, owned_by: 'bedrock' },
  ]);
  const unlisted = { ...lists, profiles: undefined, caller };
  expect(modelEntries(unlisted).map(({ id, owned_by }) => [id, owned_by])).toEqual([
    ['gpt-5', 'bedrock'],
    ['nova', 'bedrock'],
  ]);
});

describe('patterns', () => {
  const catalog: Catalog = {
    ...plainCatalog,
    models: {
      'gpt-*': { target: 'bedrock:us.amazon.nova-lite-v1:0' },
      'gpt-4o': { target: 'bedrock:us.amazon.nova-lite-v1:0' },
      '*': { target: 'openai:any' },
    },
  };
  const holdings = {
    foundationModels: [model('amazon.nova-lite-v1:0')],
    profiles: [profile('us.amazon.nova-lite-v1:0', 'amazon.nova-lite-v1:0')],
    backendFacts: backends,
    catalog,
    caller,
  };
  const payer = { ...caller, isPaidFor: true };

  test('are not listed', () => {
    const listed = ids(modelEntries({ ...holdings, caller: payer }));
    expect(listed).toEqual(['amazon.nova-lite-v1:0', 'gpt-4o', 'us.amazon.nova-lite-v1:0']);
  });

  test('take a name as the entry of their target', () => {
    expect(findModel('gpt-4.1', holdings)).toEqual({
      id: 'gpt-4.1',
      object: 'model',
      created: 1_733_097_600,
      owned_by: 'amazon',
    });
    expect(findModel('claude', { ...holdings, caller: payer })).toMatchObject({ id: 'claude', owned_by: 'openai' });
  });

  test('take no name for a caller who could not use their target', () => {
    expect(findModel('claude', holdings)).toBeUndefined();
    expect(findModel('gpt-4.1', { ...holdings, foundationModels: [], profiles: [] })).toBeUndefined();
    const may = (name: string, key?: string): boolean => [name, key].includes('gpt-*');
    expect(findModel('gpt-4.1', { ...holdings, caller: { ...caller, may } })).toMatchObject({ id: 'gpt-4.1' });
    expect(findModel('gpt-4o', { ...holdings, caller: { ...caller, may } })).toBeUndefined();
  });

  test("do not take Bedrock's own", () => {
    expect(findModel('us.example.nothing-v1:0', { ...holdings, caller: payer })).toBeUndefined();
  });
});
