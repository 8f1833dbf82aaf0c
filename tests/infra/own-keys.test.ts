import { readSettings } from '../../infra/settings.ts';

const region = { 'aws:region': 'us-east-1' };

/** The problems of a config, one per line; empty if there are none. */
function problems(config: Record<string, string>, project?: string): string[] {
  try {
    readSettings({ ...region, ...config }, project);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n- ').slice(1);
  }
}

test.each([
  ['domian', 'example.com', 'domain example.com'],
  ['Domain', 'example.com', 'domain example.com'],
  ['zoneId', 'Z0123456789EXAMPLE', 'hostedZoneId Z0123456789EXAMPLE'],
  ['certificate', 'x', 'certificateArn <value>'],
  ['region', 'eu-west-1', 'aws:region eu-west-1'],
  ['logRetention', '30', 'logRetentionDays 30'],
  ['memorySize', '512', 'memory 512'],
  ['caller', 'x', "--path 'callers[0].id' support-app && npx pulumi config set --path 'callers[0].sha256' <hash>"],
])('the misspelled key %s is refused with the intended key', (name, value, command) => {
  const [meant] = command.replace(/^--path '/, '').split(/[ [.]/);
  expect(problems({ [`bedrock-gateway:${name}`]: value })).toEqual([
    `bedrock-gateway:${name} is not a key of the gateway: did you mean ${meant}? Rename it with: npx pulumi config set ${command} && npx pulumi config rm bedrock-gateway:${name}`,
  ]);
});

test('a misspelled list or map is to be renamed in the file', () => {
  expect(problems({ 'bedrock-gateway:model': '{"gpt-4o":{"target":"bedrock:x"}}' })).toEqual([
    "bedrock-gateway:model is not a key of the gateway: did you mean models? Rename it to bedrock-gateway:models in the stack's file, Pulumi.<stack>.yaml",
  ]);
});

test('an unknown key that resembles none is refused with the list of all keys', () => {
  const [problem] = problems({ 'bedrock-gateway:toString': 'x' });
  expect(problem).toMatch(/^bedrock-gateway:toString is not a key of the gateway, which are domain, subdomain, /);
  expect(problem).toMatch(/Remove it with: npx pulumi config rm bedrock-gateway:toString$/);
});

test.each([
  'gateway:domain',
  'bedrock:domain',
  'bedrockgateway:domain',
  'bedrock_gateway:domain',
  'Bedrock-Gateway:domain',
  'bedrok-gateway:domain',
  'bedrock-gw:domain',
  'openai-gateway:domain',
  'aws:domain',
])('%s is refused as being in the wrong namespace', (full) => {
  expect(problems({ [full]: 'example.com' })).toEqual([
    `${full} is not read: the gateway's keys begin with bedrock-gateway:. Rename it with: npx pulumi config set domain example.com && npx pulumi config rm ${full}`,
  ]);
});

test('a name that only the gateway has is refused in any other namespace', () => {
  expect(problems({ 'other:openaiBaseUrl': 'https://llm.example.com/v1' })).toEqual([
    expect.stringContaining('npx pulumi config set openaiBaseUrl https://llm.example.com/v1 && '),
  ]);
  expect(problems({ 'aws:Region': 'us-east-1' })).toEqual([expect.stringContaining('did you mean aws:region?')]);
});

test('keys of providers and other projects are ignored', () => {
  const others = {
    'aws:profile': 'dev',
    'aws:defaultTags': '{"tags":{"team":"search"}}',
    'aws-native:region': 'us-east-1',
    'aws-apigateway:region': 'x',
    'auth0:domain': 'example.com',
    'random:runtime': 'x',
    'pulumi:tags': '{"team":"search"}',
    'pulumi:template': 'x',
    'other:models': '{}',
  };
  expect(problems(others)).toEqual([]);
});

test('a value that could be an API key is not repeated', () => {
  for (const key of [['sk', 'a1b2c3d4'].join('-'), ['ABSK', 'QmVkcm9jaw'].join('')]) {
    const all = problems({
      'bedrock-gateway:domian': key,
      'gateway:openaiBaseUrl': key,
      'bedrock-gateway:openaiSecretArn': key,
    });
    expect(all).toHaveLength(3);
    expect(all.join('\n')).not.toContain(key);
  }
});

describe('in a renamed project', () => {
  const host = (config: Record<string, string>) => readSettings({ ...region, ...config }, 'my-gateway').domain?.host;

  test("keys are read with the project's name and with the product's", () => {
    expect(host({ 'my-gateway:domain': 'example.com' })).toBe('openai.example.com');
    expect(host({ 'bedrock-gateway:domain': 'example.com' })).toBe('openai.example.com');
    expect(host({ 'my-gateway:domain': 'example.com', 'bedrock-gateway:subdomain': 'llm' })).toBe('llm.example.com');
  });

  test('a key in both namespaces is refused', () => {
    expect(
      problems({ 'my-gateway:domain': 'example.com', 'bedrock-gateway:domain': 'example.org' }, 'my-gateway'),
    ).toEqual([
      'my-gateway:domain and bedrock-gateway:domain are both set, and mean the same. Remove one with: npx pulumi config rm bedrock-gateway:domain',
    ]);
  });

  test('commands have the namespace that the CLI needs', () => {
    expect(problems({ 'bedrock-gateway:memory': '1' }, 'my-gateway')).toEqual([
      'bedrock-gateway:memory must be a whole number from 128 to 10240, not "1". Set it with: npx pulumi config set bedrock-gateway:memory 1024',
    ]);
    expect(problems({ 'my-gateway:memory': '1' }, 'my-gateway')).toEqual([
      'my-gateway:memory must be a whole number from 128 to 10240, not "1". Set it with: npx pulumi config set memory 1024',
    ]);
    expect(problems({ 'bedrock-gateway:models': '{"a":{}}' }, 'my-gateway')).toEqual([
      `bedrock-gateway:models has an entry "a" that lacks the field target. Set it with: npx pulumi config set --path 'bedrock-gateway:models["a"].target' bedrock:us.amazon.nova-pro-v1:0`,
    ]);
    expect(problems({ 'my-gateway:domian': 'example.com', 'my_gateway:subdomain': 'llm' }, 'my-gateway')).toEqual([
      expect.stringMatching(/^my-gateway:domian is not a key .* npx pulumi config set domain example.com && /),
      expect.stringMatching(/^my_gateway:subdomain is not read: the gateway's keys begin with my-gateway:/),
    ]);
  });

  test('a short project name claims no other namespaces', () => {
    expect(problems({ 'aws:profile': 'dev' }, 'ws')).toEqual([]);
    expect(problems({ 'bedrock-gateway:domain': 'example.com' }, 'aws')).toEqual([]);
  });
});

describe('a value with a gap', () => {
  const leftByCli =
    "An empty entry in the stack's file leaves that, and so does --path on a value that was JSON text, which it replaces.";

  test.each([
    [
      'domain',
      '',
      'has no value. Set it with: npx pulumi config set domain example.com. Remove it with: npx pulumi config rm domain',
    ],
    [
      'dns',
      'null',
      'has no value. Set it with: npx pulumi config set dns false. Remove it with: npx pulumi config rm dns',
    ],
    [
      'cors',
      '[]',
      `must be a list with at least one entry, not "[]". Set it with: npx pulumi config set --path 'cors[0]' https://app.example.com. Remove it with: npx pulumi config rm cors`,
    ],
    [
      'cors',
      '[null,"https://app.example.com"]',
      `has no value at [0]. ${leftByCli} Set it with: npx pulumi config set --path 'cors[0]' https://app.example.com`,
    ],
    [
      'models',
      '{"gpt-4.1":null}',
      `has no value at ["gpt-4.1"]. ${leftByCli} Set it with: npx pulumi config set --path 'models["gpt-4.1"].target' bedrock:us.amazon.nova-pro-v1:0`,
    ],
    [
      'models',
      '{"a":{"target":"bedrock:x","fallbacks":["bedrock:y",null]}}',
      `has no value at .a.fallbacks[1]. ${leftByCli} Set it with: npx pulumi config set --path 'models.a.fallbacks[1]' <value>`,
    ],
    [
      'models',
      '[null]',
      `has no value at [0]. ${leftByCli} Set it with: npx pulumi config rm models && npx pulumi config set --path 'models.gpt-4o.target' bedrock:us.amazon.nova-pro-v1:0`,
    ],
    [
      'throttle',
      '{"rate":null}',
      `has no value at .rate. ${leftByCli} Set it with: npx pulumi config set --path throttle.rate 50 && npx pulumi config set --path throttle.burst 100`,
    ],
  ])('%s: %s is refused with its place, its cause and its fix', (name, value, problem) => {
    expect(problems({ [`bedrock-gateway:${name}`]: value })).toEqual([`bedrock-gateway:${name} ${problem}`]);
  });

  test('the word null in a name or a text is not a gap', () => {
    const models = '{"nullable":{"target":"bedrock:null-model"}}';
    expect(problems({ 'bedrock-gateway:models': models })).toEqual([]);
  });
});

test.each([
  ['models', '{"gpt-4":{"1":{"target":"bedrock:x"}}}', `["gpt-4"]'`, `["gpt-4.1"].target' <target>`],
  [
    'models',
    '{"gpt-3":{"target":"bedrock:y","5":{"1":{"target":"bedrock:x"}}}}',
    `["gpt-3"]["5"]'`,
    `["gpt-3.5.1"].target' <target>`,
  ],
  ['chatTemplates', '{"v1":{"2":{"template":"x"}}}', `["v1"]'`, `["v1.2"].template' <template>`],
])('a name of %s that was split at its dots is refused with the whole name', (key, value, removed, meant) => {
  const [problem] = problems({ [`bedrock-gateway:${key}`]: value });
  expect(problem).toContain('which --path makes of a name with dots unless the name is quoted');
  expect(problem).toContain(`Remove that with: npx pulumi config rm --path '${key}${removed}`);
  expect(problem).toContain(`Set it with: npx pulumi config set --path '${key}${meant}`);
});

test.each([
  ['cors', '["https://app.example.com","example.com"]', "'cors[1]' "],
  ['bedrockKeys', '["123456789012","any"]', "'bedrockKeys[1]' "],
  ['bedrockRegions', '["us-east-1","us-east-1"]', "'bedrockRegions[1]' "],
  ['models', '{"a":{"target":"bedrock:x"},"gpt-4.1":{"target":"x"}}', `'models["gpt-4.1"].target' `],
])('the command that fixes %s: %s changes only the invalid entry', (name, value, place) => {
  const [problem] = problems({ [`bedrock-gateway:${name}`]: value });
  expect(problem).toContain(`npx pulumi config set --path ${place}`);
});
