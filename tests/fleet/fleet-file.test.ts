import path from 'node:path';

import { FleetFileError, parseFleet, readFleet } from '../../fleet/fleet-file.ts';

function problems(text: string): string[] {
  try {
    parseFleet(text, 'customers.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof FleetFileError)) throw error;
    return error.message.split('\n');
  }
}

test('defaults hold for every customer; maps are merged by their keys, and everything else is replaced', () => {
  const { customers, state } = parseFleet(
    `state: { backend: "s3://example-states?region=us-east-1", secretsProvider: "awskms://alias/pulumi?region=us-east-1" }
defaults:
  region: us-east-1
  bedrockRegions: [us-east-1, us-west-2]
  tags: { team: platform }
  models: { small: { target: "bedrock:us.amazon.nova-lite-v1:0" } }
customers:
  north:
    account: "210987654321"
    role: arn:aws:iam::210987654321:role/deploy
    domain: north.example.com
    bedrockRegions: [us-east-1]
    tags: { customer: north }
    models: { large: { target: "bedrock:us.amazon.nova-pro-v1:0" } }
  south:
`,
    'customers.yaml',
  );
  expect(state).toEqual({
    backend: 's3://example-states?region=us-east-1',
    secretsProvider: 'awskms://alias/pulumi?region=us-east-1',
  });
  expect(customers).toEqual([
    {
      name: 'north',
      account: '210987654321',
      role: 'arn:aws:iam::210987654321:role/deploy',
      externalId: undefined,
      region: 'us-east-1',
      tags: { team: 'platform', customer: 'north' },
      settings: {
        bedrockRegions: ['us-east-1'],
        domain: 'north.example.com',
        models: {
          small: { target: 'bedrock:us.amazon.nova-lite-v1:0' },
          large: { target: 'bedrock:us.amazon.nova-pro-v1:0' },
        },
      },
    },
    {
      name: 'south',
      account: undefined,
      role: undefined,
      externalId: undefined,
      region: 'us-east-1',
      tags: { team: 'platform' },
      settings: {
        bedrockRegions: ['us-east-1', 'us-west-2'],
        models: { small: { target: 'bedrock:us.amazon.nova-lite-v1:0' } },
      },
    },
  ]);
});

test('the account is that of the role, unless it is named', () => {
  const file = `customers: { north: { region: us-east-1, role: "arn:aws:iam::210987654321:role/deploy" } }`;
  expect(parseFleet(file, 'customers.yaml').customers[0]?.account).toBe('210987654321');
});

const inNorth = (line: string) => `customers:\n  north:\n    region: us-east-1\n    ${line}\n`;

test.each([
  [
    'text that is no YAML',
    'customers: [',
    ['customers.yaml:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  [
    'a file without customers',
    'defaults: {}\n',
    ['customers.yaml:1: lacks customers: The customers of a fleet: one Pulumi stack for each. See docs/customers.md.'],
  ],
  [
    'an unknown key',
    inNorth('domian: example.com'),
    ['customers.yaml:4: north: domian: is no key: did you mean domain?'],
  ],
  [
    'an unknown key in another case',
    inNorth('hostedzoneid: Z1'),
    ['customers.yaml:4: north: hostedzoneid: is no key: did you mean hostedZoneId?'],
  ],
  [
    'an unknown part of a value',
    inNorth('throttle: { rate: 5, burst: 5, window: 3 }'),
    ['customers.yaml:4: north: throttle.window: is no key: the keys here are rate, burst'],
  ],
  [
    'an account that YAML reads as a number',
    inNorth('account: 123456789012'),
    [
      'customers.yaml:4: north: account: must be string: The AWS account of the stack: 12 digits in quotes. The deployment stops if the credentials are those of another account.',
    ],
  ],
  [
    'a customer without a region',
    'customers:\n  north:\n    domain: example.com\n',
    ['customers.yaml:2: north: region: is missing: name it here or in defaults, as in region: us-east-1'],
  ],
  [
    'a role of another account',
    inNorth('account: "123456789012"\n    role: arn:aws:iam::210987654321:role/deploy'),
    ['customers.yaml:5: north: role: is in another account than 123456789012: change the role or the account'],
  ],
  [
    'an external ID for no role',
    inNorth('externalId: abc'),
    ['customers.yaml:4: north: externalId: is used to assume a role, and none is named: add role, or remove it'],
  ],
  [
    'two customers with one host',
    'defaults: { region: us-east-1, domain: example.com }\ncustomers:\n  north: {}\n  south: {}\n',
    ['customers.yaml:4: south: domain: has the host openai.example.com, which north has: change domain or subdomain'],
  ],
  [
    'names that differ by case alone',
    'defaults: { region: us-east-1 }\ncustomers:\n  north: {}\n  North: {}\n',
    [
      'customers.yaml:4: North: differs from north only by case, and their stack files would be one on many machines: rename it',
    ],
  ],
  [
    'a name that no stack can have',
    'customers:\n  north east: { region: us-east-1 }\n',
    ['customers.yaml:2: north east: is no valid name: it must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'],
  ],
  [
    'what only the program knows to be wrong',
    inNorth('models: { a: { target: "sagemaker:x", chatTemplate: nope } }\n    gatewayKeys: true'),
    [
      'customers.yaml:4: north: models: has an entry "a" whose chatTemplate is none of chatml, llama-2, llama-3, mistral, zephyr, vicuna, alpaca, gemma, plain',
    ],
  ],
])('%s is refused', (_what, text, expected) => {
  expect(problems(text)).toEqual(expected);
});

test('all problems are told at once, in the order of the file', () => {
  const text =
    'customers:\n  south:\n    region: us-east-1\n    memroy: 1\n  north:\n    region: us-east-1\n    memory: 1\n';
  expect(problems(text)).toEqual([
    'customers.yaml:4: south: memroy: is no key: did you mean memory?',
    'customers.yaml:7: north: memory: must be >= 128: Memory of each function in MB.',
  ]);
});

test('no message repeats a key that was pasted into the wrong place', () => {
  const token = 'sk-0123456789abcdef';
  expect(problems(inNorth(`openaiKeyArn: ${token}`)).join('\n')).not.toContain(token);
  expect(problems(inNorth(`callers: [{ id: app, sha256: ${token} }]`)).join('\n')).not.toContain(token);
});

test('301 stacks with a domain are too many for one account and region', () => {
  const customers = Array.from({ length: 301 }, (_, index) => `  c${index}: { subdomain: s${index} }\n`).join('');
  expect(problems(`defaults: { region: us-east-1, domain: example.com }\ncustomers:\n${customers}`)).toEqual([
    'customers.yaml:303: c300: is too much for the account of the environment in us-east-1: AWS allows 600 APIs there, and does not raise that. Use another account',
  ]);
});

test('the example of the documentation is accepted', () => {
  const { customers } = readFleet(path.resolve(import.meta.dirname, '../../docs/customers.example.yaml'));
  expect(customers.map(({ name, account, region }) => [name, account, region])).toEqual([
    ['north', '111122223333', 'us-east-1'],
    ['south', '444455556666', 'eu-central-1'],
  ]);
});
