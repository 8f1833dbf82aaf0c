import { Ajv } from 'ajv';

import { placeKeys } from '../../fleet/customers.ts';
import schema from '../../fleet/customers.schema.json' with { type: 'json' };
import { keys } from '../../infra/settings/keys.ts';
import { InvalidValue } from '../../infra/settings/values.ts';
import { variants } from '../infra/variants.ts';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false });
const validate = ajv.compile(schema);

function accepts(key: string, value: unknown): boolean {
  return validate({ customers: { north: { region: 'us-east-1', [key]: value } } });
}

/** Whether the program's own reader of a key accepts a value. */
function reads(key: keyof typeof keys, value: unknown): boolean {
  try {
    keys[key].read(typeof value === 'string' ? value : JSON.stringify(value));
    return true;
  } catch (error) {
    if (error instanceof InvalidValue) return false;
    throw error;
  }
}

test("the schema's keys of a customer are those of the config, and where the stack is", () => {
  const known = Object.keys(schema.definitions.customer.properties);
  // The fleet itself sets the share of a canary, which a file would never let go.
  const own = Object.keys(keys).filter((key) => key !== 'canary');
  expect(known.toSorted()).toEqual([...own, ...placeKeys].toSorted());
});

test("the schema's defaults are those of the config", () => {
  const defaults = Object.entries(schema.definitions.customer.properties).flatMap(([key, value]) =>
    'default' in value ? [[key, value.default]] : [],
  );
  const own = new Map(Object.entries(keys).map(([key, { absent }]) => [key, absent]));
  expect(defaults).not.toEqual([]);
  expect(defaults.filter(([key, value]) => own.get(String(key)) !== value)).toEqual([]);
});

test.each(variants)('the schema accepts the config of the variant %s', (_name, { config }) => {
  const own = Object.entries(config).flatMap(([key, value]) => {
    const [namespace, name = ''] = key.split(':');
    return namespace === 'bedrock-gateway' ? [[name, value]] : [];
  });
  validate({ customers: { north: { region: config['aws:region'], ...Object.fromEntries(own) } } });
  expect(validate.errors).toBeNull();
});

const samples: readonly [keyof typeof keys, readonly unknown[]][] = [
  ['dns', [true, false, 'yes', 1]],
  ['bedrockMantle', [true, false, 'yes', 1]],
  ['hostedZoneId', ['Z0123456789EXAMPLE', 'z1']],
  ['bedrockRegions', [['us-east-1'], ['us-east-1', 'us-east-1'], [], ['us']]],
  ['bedrockKeys', ['any', 'none', 'some', ['123456789012'], ['1'], []]],
  [
    'callers',
    [[{ id: 'app', sha256: 'a1'.repeat(32) }], [{ id: 'app' }], [], [{ id: 'a b', sha256: 'a1'.repeat(32) }]],
  ],
  ['callersMaySet', [['serviceTier'], ['other'], []]],
  ['adminKeyGeneration', [1, 1_000_000, 0, 1_000_001]],
  [
    'limits',
    [
      { perKey: { requestsPerMinute: 1 } },
      { perKey: {} },
      { perKey: { requestsPerMinute: 0 } },
      { whenUnavailable: 'shut' },
      { other: 1 },
    ],
  ],
  [
    'privateNetwork',
    [
      true,
      false,
      {},
      'yes',
      { cidrBlock: '10.0.0.0/24', zones: ['us-east-1a'] },
      { cidrBlock: '10.0.0.0/27' },
      { zones: ['us-east-1'] },
      { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
      { subnetIds: ['subnet-0123456789abcdef0'] },
      { subnetIds: [], securityGroupIds: ['sg-0123456789abcdef0'] },
      { other: 1 },
    ],
  ],
  ['prices', [{ a: { input: 1, output: 2.5 } }, { a: { input: 1 } }, { a: { input: 1, output: 1, other: 1 } }]],
  ['storage', [{}, { retentionDays: 1 }, { retentionDays: 0 }, { maxFileMegabytes: 5_001 }, { other: 1 }]],
  [
    'jwt',
    [
      [{ issuer: 'https://login.example.com', audience: 'a' }],
      [{ audience: 'a' }],
      [],
      [{ issuer: 'https://login.example.com', audience: 'a', other: 1 }],
    ],
  ],
  ['guardrail', [{ identifier: 'abc', version: 1 }, { identifier: 'abc' }]],
  ['openaiTimeoutSeconds', [1, 900, 0, 901]],
  ['openaiFields', [[], ['top_k'], ['a b']]],
  ['chatTemplates', [{ mine: { template: 'x' } }, { mine: {} }, { mine: { template: 'x', stop: [''] } }]],
  ['mcp', [true, false, {}, { origins: ['https://app.example.com'] }, { origins: [] }, { other: 1 }]],
  ['cors', [['*'], ['https://app.example.com'], ['app.example.com'], []]],
  ['throttle', [{ rate: 1, burst: 1 }, { rate: 1 }, { rate: 0, burst: 1 }, { rate: 1, burst: 100_001 }]],
  ['logRetentionDays', [1, 7, 3_653, 2, 8]],
  ['logLevel', ['error', 'debug', 'loud']],
  ['runtime', ['nodejs22.x', 'nodejs24.x', 'nodejs20.x']],
  ['memory', [128, 10_240, 127, 10_241, 128.5]],
  ['reservedConcurrency', [0, 9_999, -1, 10_000, { buffered: 0 }, { other: 1 }]],
  ['provisionedConcurrency', [1, 0, { streaming: 1 }, { streaming: 0 }]],
  ['metrics', [true, {}, { projects: ['a'] }, { projects: ['a,b'] }, { other: [] }]],
  ['alarmEmails', [['oncall@example.com'], ['oncall'], []]],
  ['dailyCostAlarm', [1, 1_000_000, 0, 1_000_001]],
  ['latencyAlarm', [1, 900, 0, 901]],
  ['promptCaching', ['off', 'auto', 'always', 'never']],
  ['defaultMaxOutput', [1, 'model', 0, 'most']],
  [
    'models',
    [
      { a: { target: 'bedrock:us.amazon.nova-pro-v1:0' } },
      { a: {} },
      { a: { target: 'other:x' } },
      { a: { target: 'openai:x', other: 1 } },
    ],
  ],
];

test.each(samples)('the schema and the program agree on values of %s', (key, values) => {
  const verdicts = values.map((value) => [JSON.stringify(value), accepts(key, value)]);
  expect(verdicts).toEqual(values.map((value) => [JSON.stringify(value), reads(key, value)]));
});
