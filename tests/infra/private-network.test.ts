import { readSettings } from '../../infra/settings.ts';
import type { Declared, Evaluation } from './evaluate.ts';
import { asPulumiTellsIt, evaluated, variants } from './variants.ts';

function read(config: Readonly<Record<string, unknown>>) {
  const own = Object.entries(config).map(([key, value]) => [`bedrock-gateway:${key}`, value]);
  return readSettings(asPulumiTellsIt({ 'aws:region': 'us-east-1', ...Object.fromEntries(own) }));
}

const subnetIds = ['subnet-0123456789abcdef0'];
const securityGroupIds = ['sg-0123456789abcdef0'];

test.each([
  [true, { cidrBlock: '10.0.0.0/24', zones: [] }],
  [{}, { cidrBlock: '10.0.0.0/24', zones: [] }],
  [
    { cidrBlock: '172.16.0.0/20', zones: ['us-east-1a', 'us-east-1f'] },
    { cidrBlock: '172.16.0.0/20', zones: ['us-east-1a', 'us-east-1f'] },
  ],
  [
    { subnetIds, securityGroupIds },
    { cidrBlock: '10.0.0.0/24', zones: [], own: { subnetIds, securityGroupIds } },
  ],
  [false, undefined],
])('privateNetwork may be %j', (privateNetwork, network) => {
  expect(read({ privateNetwork }).privateNetwork).toEqual(network);
});

const jwt = (issuer: string, more: object) => [{ issuer, ...more }];
const pool = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example1';
const openaiKeyArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai-AbCdEf';
const issuers = [
  { issuer: 'https://login.example.com', audience: 'a' },
  { issuer: pool, clientIds: ['a'] },
  { issuer: pool.replaceAll('us-east-1', 'eu-west-1'), clientIds: ['a'] },
];

test.each<[Readonly<Record<string, unknown>>, readonly string[]]>([
  [
    { privateNetwork: 'yes' },
    ['privateNetwork must be true or false, not "yes". Set it with: npx pulumi config set privateNetwork true'],
  ],
  [
    { privateNetwork: { zone: 'us-east-1a' } },
    [
      'privateNetwork has no field "zone" (did you mean zones?): it takes cidrBlock, zones, subnetIds, securityGroupIds. Remove it with: npx pulumi config rm --path privateNetwork.zone',
    ],
  ],
  [
    { privateNetwork: { cidrBlock: '10.0.0.1/24', zones: ['us-east-1', 'us-east-1b'], subnetIds: 'x' } },
    [
      'privateNetwork has a value at cidrBlock that must be a block of private addresses such as 10.0.0.0/24, with a prefix of 16 to 26 bits, not "10.0.0.1/24". Set it with: npx pulumi config set --path privateNetwork.cidrBlock 10.0.0.0/24',
      `privateNetwork has a value at zones[0] that must be a zone such as us-east-1a, not "us-east-1". Set it with: npx pulumi config set --path 'privateNetwork.zones[0]' us-east-1a`,
      `privateNetwork has a value at subnetIds that must be a list with at least one entry, not "x". Set it with: npx pulumi config set --path 'privateNetwork.subnetIds[0]' subnet-0123456789abcdef0`,
    ],
  ],
  ...['8.8.8.0/24', '10.0.0.0/15', '10.0.0.0/27', '172.32.0.0/16', '10.0.256.0/24', '10.0.0.0'].map(
    (cidrBlock): [Readonly<Record<string, unknown>>, readonly string[]] => [
      { privateNetwork: { cidrBlock } },
      [
        `privateNetwork has a value at cidrBlock that must be a block of private addresses such as 10.0.0.0/24, with a prefix of 16 to 26 bits, not "${cidrBlock}". Set it with: npx pulumi config set --path privateNetwork.cidrBlock 10.0.0.0/24`,
      ],
    ],
  ),
  [
    { privateNetwork: { zones: ['us-east-1a', 'eu-west-1b'] } },
    [
      `privateNetwork names the zone eu-west-1b, which is not in us-east-1. Set it with: npx pulumi config set --path 'privateNetwork.zones[1]' us-east-1a`,
    ],
  ],
  [
    { privateNetwork: { subnetIds } },
    [
      `privateNetwork lacks securityGroupIds: a VPC of yours has both. Set it with: npx pulumi config set --path 'privateNetwork.securityGroupIds[0]' sg-0123456789abcdef0`,
    ],
  ],
  [
    { privateNetwork: { subnetIds, securityGroupIds, zones: ['us-east-1a'] } },
    [
      'privateNetwork has zones, which is for a VPC of the stack, and subnetIds name another. Remove it with: npx pulumi config rm --path privateNetwork.zones',
    ],
  ],
  [
    {
      privateNetwork: true,
      gatewayKeys: true,
      openaiKeyArn,
      models: {
        mini: { target: 'openai:gpt-4o-mini' },
        nova: { target: 'bedrock:amazon.nova-lite-v1:0', fallbacks: ['openai:gpt-4o'] },
      },
    },
    [
      `models has an entry "mini" with openai:gpt-4o-mini, which privateNetwork cannot reach: it has no way to the internet. Remove it with: npx pulumi config rm --path 'models["mini"]'`,
      `models has an entry "nova" with openai:gpt-4o, which privateNetwork cannot reach: it has no way to the internet. Remove it with: npx pulumi config rm --path 'models["nova"].fallbacks'`,
    ],
  ],
  [
    { privateNetwork: true, modelsParameter: '/names', openaiKeyArn },
    [
      'openaiKeyArn is for targets that begin with openai:, which privateNetwork cannot reach: it has no way to the internet. Remove it with: npx pulumi config rm openaiKeyArn',
    ],
  ],
  [
    { privateNetwork: true, bedrockRegions: ['us-east-1', 'us-west-2'], failoverRegions: ['us-west-2'] },
    [
      'bedrockRegions names us-west-2, which privateNetwork cannot reach: its endpoints are those of us-east-1. Remove it with: npx pulumi config rm bedrockRegions',
    ],
  ],
  [
    { privateNetwork: true, jwt: issuers },
    [
      `jwt has an entry [0] whose keys privateNetwork cannot reach: of https://login.example.com it would need a way to the internet, and has only an endpoint for user pools of Amazon Cognito in us-east-1, whose issuers begin with https://cognito-idp.us-east-1.amazonaws.com/. Remove it with: npx pulumi config rm --path 'jwt[0]'`,
      `jwt has an entry [2] whose keys privateNetwork cannot reach: of https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example1 it would need a way to the internet, and has only an endpoint for user pools of Amazon Cognito in us-east-1, whose issuers begin with https://cognito-idp.us-east-1.amazonaws.com/. Remove it with: npx pulumi config rm --path 'jwt[2]'`,
    ],
  ],
  [
    { privateNetwork: true, jwt: jwt(pool, { clientIds: ['a'] }), mcp: { oauth: { issuer: pool, facade: true } } },
    [
      "mcp has oauth.facade, which reads the issuer's metadata from a public address, and privateNetwork reaches none. Remove it with: npx pulumi config rm --path mcp.oauth.facade",
    ],
  ],
])('the config %j is refused', (config, problems) => {
  const named = problems.map((each) => `bedrock-gateway:${each}`);
  expect(() => read(config)).toThrow(
    expect.objectContaining({ message: ["The stack's config needs a change:", ...named].join('\n- ') }),
  );
});

test('a VPC of the user may reach anything, and images are fetched there', () => {
  const network = { subnetIds, securityGroupIds };
  const models = { mini: { target: 'openai:gpt-4o-mini' } };
  const regions = ['us-east-1', 'us-west-2'];
  const config = { privateNetwork: network, gatewayKeys: true, openaiKeyArn, models, jwt: issuers };
  const { environment } = read({ ...config, bedrockRegions: regions });
  expect(environment).not.toHaveProperty('PRIVATE_NETWORK');
  expect(read({ privateNetwork: true }).environment.PRIVATE_NETWORK).toBe('true');
});

const closed = variants.filter(([name]) => name === 'private-network' || name === 'private-network-all');

describe.each(closed)('%s', (_name, variant) => {
  let stack: Evaluation;
  const all = (type: string): Declared[] => stack.resources.filter((each) => each.type === type);
  beforeAll(async () => {
    stack = await evaluated(variant);
  });

  test('declares nothing that leads to the internet', () => {
    const types = stack.resources.map(({ type }) => type).filter((type) => /^aws:(?:ec2|vpc)\//.test(type));
    expect([...new Set(types)].toSorted()).toEqual([
      'aws:ec2/securityGroup:SecurityGroup',
      'aws:ec2/vpcEndpoint:VpcEndpoint',
      'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
      'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
    ]);
    const [vpc] = all('awsx:ec2:Vpc').map(({ inputs }) => inputs);
    expect(vpc).toMatchObject({ natGateways: { strategy: 'None' }, subnetSpecs: [{ type: 'Isolated' }] });
  });

  test('lets functions open connections to port 443 of endpoints, and endpoints take those alone', () => {
    const [functions, endpoints] = ['functions', 'endpoints'].map((each) => `bedrock-gateway-network-${each}-id`);
    const rules = all('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule').map(({ inputs }) => inputs);
    for (const { tags: _, ...rule } of rules) {
      const { referencedSecurityGroupId: group, prefixListId: prefixes, ...ports } = rule;
      expect(ports).toEqual({ securityGroupId: functions, ipProtocol: 'tcp', fromPort: 443, toPort: 443 });
      expect(group === endpoints || /^pl-bedrock-gateway-network-(?:s3|dynamodb)$/.test(String(prefixes))).toBe(true);
    }
    const [ingress, ...others] = all('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule');
    const { tags: _, ...rule } = ingress?.inputs ?? {};
    const ports = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
    expect(rule).toEqual({ securityGroupId: endpoints, referencedSecurityGroupId: functions, ...ports });
    expect(others).toEqual([]);
    for (const group of all('aws:ec2/securityGroup:SecurityGroup')) {
      expect(Object.keys(group.inputs).toSorted()).toEqual(['description', 'tags', 'vpcId']);
    }
  });

  test('gives every endpoint a policy that names its actions', () => {
    for (const { name, inputs } of all('aws:ec2/vpcEndpoint:VpcEndpoint')) {
      const { Statement: statements } = JSON.parse(String(inputs['policy']));
      const actions: string[] = statements.flatMap(({ Action }: { Action: string[] }) => Action);
      const vague = actions.filter((action) => action.includes('*'));
      // Cognito names no action for the public documents of a pool.
      expect([name, vague]).toEqual([name, name.endsWith('cognito-idp') ? ['cognito-idp:*'] : []]);
    }
  });
});

test('a stack has the endpoints of what its config uses', async () => {
  const services = async (config: Readonly<Record<string, unknown>>) => {
    const own = Object.entries(config).map(([key, value]) => [`bedrock-gateway:${key}`, value]);
    const all = { 'aws:region': 'eu-west-1', 'bedrock-gateway:privateNetwork': true, ...Object.fromEntries(own) };
    const { resources } = await evaluated({ config: all });
    return resources
      .filter(({ type }) => type === 'aws:ec2/vpcEndpoint:VpcEndpoint')
      .map(({ inputs }) => String(inputs['serviceName']).replace('com.amazonaws.eu-west-1.', ''))
      .toSorted();
  };
  const bedrock = ['bedrock', 'bedrock-runtime'];
  expect(await services({})).toEqual(bedrock);
  expect(await services({ gatewayKeys: true })).toEqual([...bedrock, 'cognito-idp', 'dynamodb', 'sns']);
  expect(await services({ storage: {} })).toEqual([...bedrock, 's3']);
  expect(await services({ modelsParameter: '/names' })).toEqual([...bedrock, 'ssm']);
  const callers = [{ id: 'a', sha256: '0'.repeat(64) }];
  expect(await services({ callers, models: { tiny: { target: 'sagemaker:tiny' } } })).toEqual([
    ...bedrock,
    'sagemaker.runtime',
    'sts',
  ]);
  expect(await services({ callers, models: { nova: { target: 'bedrock:amazon.nova-lite-v1:0' } } })).toEqual([
    ...bedrock,
    'sts',
  ]);
  const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example1';
  expect(await services({ jwt: jwt(issuer, { clientIds: ['a'] }) })).toEqual([...bedrock, 'cognito-idp']);
});
