import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { availableModel, availableModels } from '../../function/pipeline/model-listing.ts';
import type { RequestContext } from '../../function/request-context.ts';
import { backends } from '../../function/backends/registry.ts';
import { plainCatalog } from '../support/catalog.ts';

const credential = { kind: 'bearer', token: 'key' } as const;
const lite = 'amazon.nova-lite-v1:0';
const nothing: Outcome<never> = { ok: true, value: [] as never };

/** A caller's context, and what the directory was asked. */
function contextOf(caller: object, answer: Outcome<readonly object[]> = nothing) {
  const asked: unknown[] = [];
  const noted: string[] = [];
  const available = (asker: { onCredentialAccepted: () => void }, region: string) => {
    asker.onCredentialAccepted();
    asked.push([asker, region]);
    return Promise.resolve({ foundationModels: answer, profiles: answer });
  };
  const context = {
    caller: { id: 'a', method: 'bedrock-key', cacheKey: 'hash', ...caller },
    services: {
      config: { bedrockRegions: ['us-east-1', 'us-west-2'] },
      catalog: { ...plainCatalog, models: { main: { target: `bedrock:${lite}` }, gpt: { target: 'openai:gpt-4o' } } },
      backendFacts: backends,
      directory: { available },
      proofs: { note: (key: string) => void noted.push(key) },
    },
  };
  return { context: context as unknown as RequestContext, asked, noted };
}

const ids = async (context: RequestContext) => (await availableModels(context)).map(({ id }) => id);
const refused = (status: number, name: string): Outcome<never> => ({
  ok: false,
  failure: { name, status, message: 'no' } satisfies Failure,
});

test("Bedrock is asked by the caller's own key, in the region of that key", async () => {
  const { context, asked, noted } = contextOf({ bedrock: credential });
  await ids(context);
  const asker = { credential, cacheKey: 'hash', onCredentialAccepted: expect.any(Function) };
  expect([asked, noted]).toEqual([[[asker, 'us-east-1']], ['hash']]);
  const west = contextOf({ bedrock: credential, keyRegion: 'us-west-2' });
  await ids(west.context);
  expect(west.asked).toMatchObject([[{}, 'us-west-2']]);
});

test('without a key of their own nobody is asked', async () => {
  const { context, asked } = contextOf({ method: 'registered' });
  expect([await ids(context), asked]).toEqual([['gpt', 'main'], []]);
});

test.each([
  ['bedrock-key', ['main']],
  ['registered', ['gpt', 'main']],
  ['gateway-key', ['gpt', 'main']],
  ['jwt', ['gpt', 'main']],
] as const)('what the stack alone pays for is for callers that it knows: %s', async (method, expected) => {
  const forbidden = refused(403, 'AccessDeniedException');
  expect(await ids(contextOf({ bedrock: credential, method }, forbidden).context)).toEqual(expected);
});

test('who is limited to models sees those alone', async () => {
  const { context } = contextOf({ method: 'registered', models: ['gpt'] });
  expect(await ids(context)).toEqual(['gpt']);
  expect(await availableModel(context, 'gpt')).toMatchObject({ id: 'gpt' });
  expect(await availableModel(context, 'main')).toBeUndefined();
});

test('any other refusal than of the permission is told', async () => {
  const { context } = contextOf({ bedrock: credential }, refused(429, 'ThrottlingException'));
  await expect(ids(context)).rejects.toMatchObject({ name: 'ApiError', status: 429 });
});
