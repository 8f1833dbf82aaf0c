import * as pulumi from '@pulumi/pulumi';

import type { BedrockGatewayArgs } from '../../component/args.ts';
import { configOf, settingsOf } from '../../component/config.ts';
import { readSettings } from '../../infra/settings.ts';
import { keys } from '../../infra/settings/keys.ts';
import { asPulumiTellsIt, variants } from '../infra/variants.ts';

/** Arguments that say the same as a config: a flag or a number in place of a map has a map of its own. */
function argsOf(config: Readonly<Record<string, unknown>>): BedrockGatewayArgs {
  const entries = Object.entries(config).map(([key, value]) => {
    const name = key.slice(key.indexOf(':') + 1);
    if (name === 'metrics' && typeof value === 'boolean') return [name, { enabled: value }];
    if (['mcp', 'privateNetwork'].includes(name) && value === true) return [name, {}];
    if (name.endsWith('Concurrency') && typeof value === 'number') return [name, { buffered: value, streaming: value }];
    if (name === 'bedrockKeys' && typeof value === 'string') return [name, [value]];
    return [name, value];
  });
  return Object.fromEntries(entries);
}

test('every key of the config is an argument', () => {
  // A key without an argument does not compile: add it to component/args.ts and to the golden schema.
  const names: readonly (keyof BedrockGatewayArgs)[] = Object.keys(keys) as (keyof typeof keys)[];
  expect(names).toContain('models');
});

test.each(variants)('arguments and config say the same: %s', (_name, { config }) => {
  const { isSet: _set, ...expected } = readSettings(asPulumiTellsIt(config)) as object & { isSet?: unknown };
  const { isSet: _other, ...settings } = readSettings(configOf(argsOf(config), undefined)) as object & {
    isSet?: unknown;
  };
  expect(settings).toEqual(expected);
});

describe('the config of arguments', () => {
  test('has the region of the stack unless they name one', () => {
    expect(configOf({}, 'eu-west-1')).toEqual({ 'aws:region': 'eu-west-1' });
    expect(configOf({ region: 'us-east-1' }, 'eu-west-1')).toEqual({ 'aws:region': 'us-east-1' });
    expect(configOf({}, undefined)).toEqual({});
  });

  test('has texts as they are, and everything else as JSON', () => {
    expect(
      configOf({ domain: 'example.com', memory: 512, cors: ['https://a.example.com'], storage: {} }, 'us-east-1'),
    ).toEqual({
      'aws:region': 'us-east-1',
      'bedrock-gateway:domain': 'example.com',
      'bedrock-gateway:memory': '512',
      'bedrock-gateway:cors': '["https://a.example.com"]',
      'bedrock-gateway:storage': '{}',
    });
  });

  test.each([
    [{ bedrockKeys: ['none'] }, { 'bedrock-gateway:bedrockKeys': 'none' }],
    [{ bedrockKeys: ['123456789012'] }, { 'bedrock-gateway:bedrockKeys': '["123456789012"]' }],
    [{ metrics: { enabled: false } }, { 'bedrock-gateway:metrics': 'false' }],
    [{ metrics: { projects: ['shop'] } }, { 'bedrock-gateway:metrics': '{"projects":["shop"]}' }],
    [{ metrics: {} }, { 'bedrock-gateway:metrics': 'true' }],
  ])('%j is %j', (args, config) => {
    expect(configOf(args, undefined)).toEqual(config);
  });

  test('leaves out null, which other languages write', () => {
    const args = { domain: null, models: { tiny: { target: 'bedrock:us.amazon.nova-pro-v1:0', fallbacks: null } } };
    expect(configOf(args as unknown as BedrockGatewayArgs, undefined)).toEqual({
      'bedrock-gateway:models': '{"tiny":{"target":"bedrock:us.amazon.nova-pro-v1:0"}}',
    });
  });

  test('refuses outputs, also within maps', () => {
    const target = pulumi.output('bedrock:us.amazon.nova-pro-v1:0');
    const args = { models: { tiny: { target } } } as unknown as BedrockGatewayArgs;
    expect(() => configOf(args, 'us-east-1')).toThrow(
      'The argument models of BedrockGateway has an output, and must be known when the program runs: write the value itself',
    );
  });
});

describe('problems of arguments', () => {
  beforeEach(() => pulumi.runtime.setAllConfig({}));

  test.each<[BedrockGatewayArgs, string]>([
    [
      { region: 'us-east-1', memory: 1, streaming: false },
      `The arguments of BedrockGateway need a change:
- memory must be a whole number from 128 to 10240, not "1". Set memory to 1024`,
    ],
    [
      { region: 'us-east-1', streaming: false },
      `The arguments of BedrockGateway need a change:
- streaming: false leaves out the REST API, which is all there is without a domain. Set domain to example.com`,
    ],
    [
      { region: 'us-east-1', failoverRegions: ['us-west-2'] },
      `The arguments of BedrockGateway need a change:
- failoverRegions names us-west-2, where calls may not go. Set bedrockRegions[0] to us-east-1 and set bedrockRegions[1] to us-west-2`,
    ],
    [
      { region: 'us-east-1', metrics: { enabled: false, projects: ['shop'] } },
      `The arguments of BedrockGateway need a change:
- metrics has no field "enabled": it takes projects. Remove metrics.enabled`,
    ],
    [
      {},
      `The arguments of BedrockGateway need a change:
- region is not set: it says where the stack is built. Set region to us-east-1`,
    ],
    [
      { region: 'us-east-1', memroy: 512 } as BedrockGatewayArgs,
      `The arguments of BedrockGateway need a change:
- memroy is not a key of the gateway: did you mean memory? Set memory to 512 and remove memroy`,
    ],
  ])('%j', (args, message) => {
    expect(() => settingsOf(args)).toThrow(message);
  });
});
