import { isBedrockModel } from '../../function/catalog/names.ts';
import { backends } from '../../function/backends/registry.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { resolve, unknownModel } from '../../function/catalog/resolve.ts';
import { ApiError } from '../../function/errors.ts';
import { plainCatalog } from '../support/catalog.ts';

const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';

const catalog: Catalog = {
  ...plainCatalog,
  models: {
    'gpt-4o': { target: 'bedrock:us.anthropic.claude-sonnet-4-6', fallbacks: ['bedrock:us.amazon.nova-pro-v1:0'] },
    team: {
      target: `bedrock:${profile}`,
      fallbacks: [`bedrock:${profile}2`, 'bedrock:us.amazon.nova-pro-v1:0'],
      family: 'anthropic.claude-sonnet-4-6',
    },
    'amazon.nova-lite-v1:0': { target: 'bedrock:eu.amazon.nova-lite-v1:0' },
  },
  allowUnmappedBedrockModels: true,
};
const strict: Catalog = { ...catalog, allowUnmappedBedrockModels: false };

function refusal(name: string, from = catalog): unknown {
  try {
    return resolve(name, from, backends).targets;
  } catch (error) {
    return error;
  }
}

test('a configured name is its target and then its fallbacks', () => {
  expect(resolve('gpt-4o', catalog, backends).targets).toEqual([
    { backend: 'bedrock', model: 'us.anthropic.claude-sonnet-4-6' },
    { backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0' },
  ]);
});

test('a configured family is for the ids that do not show it', () => {
  expect(resolve('team', catalog, backends).targets).toEqual([
    { backend: 'bedrock', model: profile, family: 'anthropic.claude-sonnet-4-6' },
    { backend: 'bedrock', model: `${profile}2`, family: 'anthropic.claude-sonnet-4-6' },
    { backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0' },
  ]);
});

test("a configured name comes before Bedrock's own", () => {
  expect(resolve('amazon.nova-lite-v1:0', catalog, backends).targets).toEqual([
    { backend: 'bedrock', model: 'eu.amazon.nova-lite-v1:0' },
  ]);
});

const ids = [
  'amazon.nova-pro-v1:0',
  'us.amazon.nova-pro-v1:0',
  'us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0',
  'global.anthropic.claude-opus-5',
  'anthropic.claude-3-sonnet-20240229-v1:0:28k',
  'ai21.jamba-1-5-large-v1:0',
  'openai.gpt-oss-120b-1:0',
  'openai.gpt-5.6-luna',
  'moonshotai.kimi-k2.5',
  'mistral.mistral-7b-instruct-v0:2',
  'deepseek.r1-v1:0',
  'arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0',
  'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-sonnet-4-6',
  'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
  'arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1',
  'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123abc123',
  profile,
];

test.each(ids)("%s is one of Bedrock's own", (id) => {
  expect(resolve(id, catalog, backends).targets[0]).toBeDefined();
  expect(resolve(id, plainCatalog, backends).targets).toEqual([{ backend: 'bedrock', model: id }]);
});

test.each(ids.filter((id) => !Object.hasOwn(catalog.models, id)))('%s is not, unless the catalog allows it', (id) => {
  expect(refusal(id, strict)).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
});

const unknown = [
  'gpt-4.1',
  'gpt-4o-mini',
  'claude-3.5-sonnet',
  'llama3.1',
  'gpt-3.5-turbo-0125',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' gpt-4o',
  'GPT-4O',
  'Amazon.nova-pro-v1:0',
  'amazon.Nova-pro-v1:0',
  'US.amazon.nova-pro-v1:0',
  'amazon.nova-pro-v1%3A0',
  'amazon.nova-pro-v1:0 ',
  'amazon.nova-pro-v1:0\n',
  'amazon..nova',
  'amazon.nova/../other',
  'bedrock:amazon.nova-pro-v1:0',
  'arn:aws:s3:::bucket/key',
  'arn:aws:bedrock:us-east-1:123456789012:guardrail/abc',
  'ARN:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0',
  'arn:aws:bedrock:us-east-1.example.com::foundation-model/amazon.nova-pro-v1:0',
  `amazon.${'x'.repeat(300)}`,
];

test.each(unknown)('%j does not exist', (name) => {
  const error = refusal(name);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model', type: 'invalid_request_error' });
});

test("the refusal is in OpenAI's own words, and says where names are mapped", () => {
  expect(unknownModel('gpt-9').message).toMatch(
    /^The model `gpt-9` does not exist or you do not have access to it\. .*bedrock-gateway:models/,
  );
});

test.each(['a\nb', 'a\u0000b', 'é', 'x'.repeat(257)])('%j is not repeated', (name) => {
  expect(unknownModel(name).message).not.toContain(name);
});

test('an id is told in time that does not grow with its length', () => {
  expect(isBedrockModel(`a.${'a:'.repeat(120)}!`)).toBe(false);
});
