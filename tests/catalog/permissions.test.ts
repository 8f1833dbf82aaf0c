import { assert, constantFrom, property, stringMatching, tuple, uniqueArray, type Arbitrary } from 'fast-check';
import { backends } from '../../function/backends/registry.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { permissionsOf, type ModelBehind, type Permissions } from '../../function/catalog/permissions.ts';
import { keyFor } from '../../function/catalog/resolve.ts';
import { plainCatalog } from '../support/catalog.ts';

const arn = (resource: string, region = 'us-east-1') => `arn:aws:bedrock:${region}:123456789012:${resource}`;
const profile = arn('application-inference-profile/abc123');
const otherProfile = arn('application-inference-profile/def456');

const catalog: Catalog = {
  ...plainCatalog,
  models: {
    'gpt-4o': {
      target: 'bedrock:us.anthropic.claude-sonnet-5',
      fallbacks: ['bedrock:us.amazon.nova-pro-v1:0', 'openai:gpt-4o'],
    },
    'claude-*': { target: 'bedrock:eu.anthropic.claude-sonnet-5' },
    'nova-*': { target: 'bedrock:us.amazon.nova-pro-v1:0' },
    mini: { target: 'openai:gpt-4o-mini' },
    'mini-2': { target: 'openai:GPT-4o-mini' },
    tiny: { target: 'sagemaker:My-Endpoint/part' },
    'tiny-2': { target: 'sagemaker:my-endpoint/part' },
    oss: { target: 'bedrock-openai:openai.gpt-oss-20b-1:0' },
    team: { target: `bedrock:${profile}` },
    told: { target: `bedrock:${otherProfile}`, family: 'anthropic.claude-sonnet-5' },
    prompt: { target: `bedrock:${arn('prompt/ABCDEFGHIJ:1')}` },
    'told-prompt': { target: `bedrock:${arn('prompt/KLMNOPQRST:1')}`, family: 'amazon.nova-pro-v1:0' },
    'any-*': { target: 'bedrock:us.anthropic.claude-sonnet-5' },
    'amazon.nova-lite-v1:0': { target: 'bedrock:us.amazon.nova-micro-v1:0' },
  },
};

const deny = (...ids: string[]): Permissions =>
  permissionsOf({ mode: 'deny_list', ids }, { catalog, backendFacts: backends });
const allow = (...ids: string[]): Permissions =>
  permissionsOf({ mode: 'allow_list', ids }, { catalog, backendFacts: backends });

const verdict = (permissions: Permissions, name: string, behind?: ModelBehind) =>
  permissions.name(name, keyFor(name, catalog), behind);

describe('an allow list', () => {
  test.each([
    ['gpt-4o', 'gpt-4o'],
    ['claude-*', 'claude-*'],
    ['claude-*', 'claude-5'],
    ['claude-5', 'claude-5'],
    ['us.amazon.nova-pro-v1:0', 'us.amazon.nova-pro-v1:0'],
    [profile, profile],
    ['openai.gpt-oss-20b', 'openai.gpt-oss-20b-1:0'],
    ['openai.gpt-oss-20b-1:0', 'openai.gpt-oss-20b'],
  ])('of %s permits %s', (listed, name) => expect(verdict(allow(listed), name)).toBe('permitted'));

  test.each([
    ['gpt-4o', 'us.anthropic.claude-sonnet-5'],
    ['gpt-4o', 'GPT-4o'],
    ['gpt-4o', 'claude-5'],
    ['us.anthropic.claude-sonnet-5', 'gpt-4o'],
    ['us.anthropic.claude-sonnet-5', 'claude-5'],
    ['us.anthropic.claude-sonnet-5', 'anthropic.claude-sonnet-5'],
    ['us.anthropic.claude-sonnet-5', 'eu.anthropic.claude-sonnet-5'],
    ['us.anthropic.claude-sonnet-5', arn('inference-profile/us.anthropic.claude-sonnet-5')],
    [arn('foundation-model/amazon.nova-pro-v1:0'), 'amazon.nova-pro-v1:0'],
    ['amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0:24k'],
    ['claude-5', 'claude-*'],
    ['claude-5', 'claude-6'],
    ['claude-*', 'nova-pro'],
    ['gpt-4o', 'constructor'],
    [profile, 'team'],
    ['team', profile],
  ])('of %s denies %s', (listed, name) => expect(verdict(allow(listed), name)).toBe('denied'));

  test('without names denies everything', () => expect(verdict(allow(), 'gpt-4o')).toBe('denied'));

  test('permits the fallbacks of what it permits', () => {
    expect(allow('gpt-4o').target({ backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0' })).toBe('permitted');
  });
});

/** Spellings of the model of gpt-4o and claude-*, each in the list or in the request. */
const sonnet = [
  'gpt-4o',
  'claude-*',
  'claude-5',
  'us.anthropic.claude-sonnet-5',
  'anthropic.claude-sonnet-5',
  'apac.anthropic.claude-sonnet-5',
  'global.anthropic.claude-sonnet-5',
  'eu-sovereign.anthropic.claude-sonnet-5',
  'anthropic.claude-sonnet-5:0',
  'us.anthropic.claude-sonnet-5:0:200k',
  'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-5',
  'arn:aws:bedrock:us-east-1::foundation-model/Anthropic.Claude-Sonnet-5',
  'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-sonnet-5',
];

describe('a deny list', () => {
  test.each(sonnet.flatMap((listed) => sonnet.map((name) => [listed, name] as const)))(
    'of %s denies %s',
    (listed, name) => expect(verdict(deny(listed), name)).toBe('denied'),
  );

  test.each([
    ['mini', 'mini-2'],
    ['tiny', 'tiny-2'],
    ['oss', 'openai.gpt-oss-20b'],
    ['openai.gpt-oss-20b', 'oss'],
    ['us.openai.gpt-oss-20b', 'openai.gpt-oss-20b-1:0'],
    ['amazon.nova-lite-v1:0', 'us.amazon.nova-micro-v1:0'],
    ['amazon.nova-lite-v1:0', 'us.amazon.nova-lite-v1:0'],
    ['amazon.titan-embed-text-v1', 'amazon.titan-embed-text-v1:2:8k'],
    ['nova.astral.nova-one', 'astral.nova-one'],
    ['astral.nova-one', 'nova.astral.nova-one'],
    ['team', profile],
    [profile, 'team'],
    [arn('prompt/ABCDEFGHIJ:2'), 'prompt'],
    ['us.anthropic.claude-sonnet-5', 'told'],
    ['us.anthropic.claude-sonnet-5', 'prompt'],
    ['us.anthropic.claude-sonnet-5', arn('provisioned-model/abc123abc123')],
    ['us.anthropic.claude-sonnet-5', arn('default-prompt-router/anthropic.claude:1')],
    ['us.anthropic.claude-sonnet-5', arn('provisioned-model/abc123abc123:foundation-model/amazon.nova-pro-v1:0')],
    ['us.anthropic.claude-sonnet-5', arn('prompt/ABCDEFGHIJ:custom-model/abc123abc123')],
    ['us.anthropic.claude-sonnet-5', 'us.eu.anthropic.claude-sonnet-5'],
    ['us.amazon.nova-pro-v1:0', 'told-prompt'],
  ])('of %s denies %s', (listed, name) => expect(verdict(deny(listed), name)).toBe('denied'));

  test.each([
    ['gpt-4o', 'nova-pro'],
    ['gpt-4o', 'us.amazon.nova-pro-v1:0'],
    ['us.amazon.nova-pro-v1:0', 'gpt-4o'],
    ['us.amazon.nova-pro-v1:0', 'us.amazon.nova-premier-v1:0'],
    ['us.amazon.nova-micro-v1:0', 'us.amazon.nova-lite-v1:0'],
    ['mini', 'gpt-4o'],
    ['mini', 'prompt'],
    ['mini', 'team'],
    ['us.anthropic.claude-sonnet-5', 'told-prompt'],
    ['us.anthropic.claude-sonnet-5', arn('imported-model/abc123abc123')],
    ['us.anthropic.claude-sonnet-5', arn('custom-model-deployment/abc123abc123')],
    ['us.anthropic.claude-sonnet-5', 'no-such-model'],
    ['no-such-model', 'gpt-4o'],
    ['team', otherProfile],
  ])('of %s permits %s', (listed, name) => expect(verdict(deny(listed), name)).toBe('permitted'));

  test('judges each fallback by itself', () => {
    const permissions = deny('us.amazon.nova-pro-v1:0', 'mini');
    expect(permissions.target({ backend: 'bedrock', model: 'amazon.nova-pro-v1:0' })).toBe('denied');
    expect(permissions.target({ backend: 'openai', model: 'gpt-4o-mini' })).toBe('denied');
    expect(permissions.target({ backend: 'openai', model: 'gpt-4o' })).toBe('permitted');
  });

  test.each<readonly [string, string | null | undefined, string]>([
    ['team', undefined, 'unclear'],
    ['team', null, 'denied'],
    ['team', 'amazon.nova-pro-v1:0', 'permitted'],
    ['team', 'anthropic.claude-sonnet-5', 'denied'],
    ['told', 'amazon.nova-pro-v1:0', 'denied'],
    [otherProfile, 'amazon.nova-pro-v1:0', 'permitted'],
    [otherProfile, null, 'denied'],
  ])('judges the application inference profile %s by the model behind it: %s', (name, behind, expected) => {
    expect(verdict(deny('us.anthropic.claude-sonnet-5'), name, () => behind)).toBe(expected);
  });

  test('trusts a configured family only where Bedrock cannot be asked', () => {
    expect(verdict(deny('us.amazon.nova-pro-v1:0'), 'told', () => null)).toBe('permitted');
    expect(verdict(deny('us.amazon.nova-pro-v1:0'), 'told', () => 'amazon.nova-pro-v1:0')).toBe('denied');
  });

  test('hides entries of lists by any of their names and models', () => {
    const permissions = deny('gpt-4o');
    const models = (id: string) => [`arn:aws:bedrock:us-east-1::foundation-model/${id}`];
    expect(permissions.shows(['us.amazon.nova-pro-v1:0'], models('amazon.nova-pro-v1:0'))).toBe(true);
    expect(permissions.shows(['x', 'us.anthropic.claude-sonnet-5'], [])).toBe(false);
    expect(permissions.shows(['abc123', profile], models('amazon.nova-pro-v1:0'))).toBe(true);
    expect(permissions.shows(['abc123', profile], models('anthropic.claude-sonnet-5'))).toBe(false);
    expect(permissions.shows(['abc123', profile], [])).toBe(false);
    expect(allow('gpt-4o', profile).shows(['abc123', profile], models('anthropic.claude-sonnet-5'))).toBe(true);
    expect(allow('gpt-4o').shows(['abc123', profile], [])).toBe(false);
    expect(permissions.shows(['any-id', profile], models('amazon.nova-pro-v1:0'))).toBe(true);
    expect(allow('any-*').shows(['any-id', profile], [])).toBe(false);
  });

  test('a name that the catalog has lost denies itself alone', () => {
    expect(verdict(deny('gone-*', 'gone'), 'gpt-4o')).toBe('permitted');
    expect(verdict(deny('gone'), 'gone')).toBe('denied');
  });
});

const word = stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const model = tuple(word, stringMatching(/^[a-z][a-z0-9-]{0,12}$/)).map((parts) => parts.join('.'));
const prefix = constantFrom('', 'us.', 'eu.', 'apac.', 'amer.', 'global.', 'us-gov.', 'jp.', 'ca.');
const version = constantFrom('', ':0', ':1', ':0:200k', ':2:8k', ':0:mm');
const region = constantFrom('us-east-1', 'eu-west-1', 'us-gov-west-1');

/** Any spelling of an id of Bedrock's. */
const spelled = (id: string): Arbitrary<string> =>
  tuple(prefix, version, constantFrom('id', 'foundation-model', 'inference-profile'), region).map(
    ([geography, behind, kind, at]) => {
      const text = `${geography}${id}${behind}`;
      if (kind === 'id') return text;
      return kind === 'foundation-model' ? `arn:aws:bedrock:${at}::${kind}/${text}` : arn(`${kind}/${text}`, at);
    },
  );

test('a denied model is denied under every spelling, whichever of them the list has', () => {
  const pairs = model.chain((id) => tuple(spelled(id), spelled(id)));
  assert(
    property(pairs, ([listed, name]) => {
      expect(verdict(deny(listed), name)).toBe('denied');
    }),
  );
});

test('another model of the same provider is permitted', () => {
  const names = tuple(word, word, word).filter(([, one, other]) => one !== other);
  const pairs = names.chain(([of, one, other]) => tuple(spelled(`${of}.${one}`), spelled(`${of}.${other}`)));
  assert(
    property(pairs, ([listed, name]) => {
      expect(verdict(deny(listed), name)).toBe('permitted');
    }),
  );
});

test('an allow list permits what it has and nothing else', () => {
  const names = constantFrom(...sonnet, 'mini', 'team', 'nova-pro', profile);
  assert(
    property(uniqueArray(names), names, (listed, name) => {
      const isListed = listed.includes(name) || listed.includes(keyFor(name, catalog) ?? name);
      expect(verdict(allow(...listed), name)).toBe(isListed ? 'permitted' : 'denied');
    }),
  );
});
