import type { ConfigValues } from './config-values.ts';
import { targetsOf } from './models.ts';
import { removeAdvice, removeCommand, setAdvice, shellWord } from './rule.ts';
import type { Rule } from './rule.ts';
import { InvalidValue, flag, json, list, mapOf, quoted, scalar, text, together, within } from './values.ts';
import type { Reader } from './values.ts';

/** A VPC that is not the stack's: it says itself what the functions can reach. */
export interface OwnVpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** The VPC in which the functions run. */
export interface PrivateNetworkConfig {
  /** The addresses of the stack's VPC. */
  readonly cidrBlock: string;
  /** The availability zones of the stack's VPC; empty for the first two of the region. */
  readonly zones: readonly string[];
  /** A VPC that is there already, in place of the stack's. */
  readonly own?: OwnVpc;
}

/** How many availability zones the stack's VPC has if the config names none: one may fail. */
export const defaultZones = 2;

/** Interface endpoints are billed by zone; a third one is as many as any region has everywhere. */
const maxZones = 3;
/** Subnets and security groups that Lambda takes for a function (SubnetIds and SecurityGroupIds of VpcConfig). */
const maxSubnets = 16;
const maxSecurityGroups = 5;
/** Room for up to 126 addresses in each of two zones; endpoints and functions need about ten. */
const defaultCidrBlock = '10.0.0.0/24';
/** Longest prefix of which three zones have subnets of at least 16 addresses, the smallest that AWS makes; the shortest is AWS's own limit. */
const [leastPrefix, mostPrefix] = [16, 26];

const fieldExamples = {
  cidrBlock: `--path privateNetwork.cidrBlock ${defaultCidrBlock}`,
  zones: "--path 'privateNetwork.zones[0]' us-east-1a",
  subnetIds: "--path 'privateNetwork.subnetIds[0]' subnet-0123456789abcdef0",
  securityGroupIds: "--path 'privateNetwork.securityGroupIds[0]' sg-0123456789abcdef0",
} as const;

/** Reads `true`, `false` (undefined), or the map of the network. Throws an InvalidValue for any other text. */
export const privateNetwork: Reader<PrivateNetworkConfig | undefined> = (value) => {
  const map = json(value);
  if (typeof map !== 'object') return flag(value) ? { cidrBlock: defaultCidrBlock, zones: [] } : undefined;
  return mapOf(map, { required: [], optional: Object.keys(fieldExamples) }, readNetwork);
};

function readNetwork(values: ReadonlyMap<string, unknown>): PrivateNetworkConfig {
  const part =
    <T>(name: keyof typeof fieldExamples, read: Reader<T>) =>
    (): T | undefined =>
      values.has(name) ? inField(name, () => read(scalar(values.get(name)))) : undefined;
  const { cidrBlock, zones, subnetIds, securityGroupIds } = together({
    cidrBlock: part('cidrBlock', addressRange),
    zones: part('zones', atMost(maxZones, text(/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}[a-z]$/, 'a zone such as us-east-1a'))),
    subnetIds: part('subnetIds', atMost(maxSubnets, text(/^subnet-[0-9a-f]{8,17}$/, 'the id of a subnet'))),
    securityGroupIds: part(
      'securityGroupIds',
      atMost(maxSecurityGroups, text(/^sg-[0-9a-f]{8,17}$/, 'the id of a security group')),
    ),
  });
  const network = { cidrBlock: cidrBlock ?? defaultCidrBlock, zones: zones ?? [] };
  if (subnetIds === undefined && securityGroupIds === undefined) return network;
  if (subnetIds === undefined || securityGroupIds === undefined) {
    const missing = subnetIds === undefined ? 'subnetIds' : 'securityGroupIds';
    throw new InvalidValue(`lacks ${missing}: a VPC of yours has both`, { example: fieldExamples[missing] });
  }
  const unused = (['cidrBlock', 'zones'] as const).find((name) => values.has(name));
  if (unused !== undefined)
    throw new InvalidValue(`has ${unused}, which is for a VPC of the stack, and subnetIds name another`, {
      remove: `.${unused}`,
    });
  return { ...network, own: { subnetIds, securityGroupIds } };
}

function inField<T>(name: keyof typeof fieldExamples, read: () => T): T {
  return within(read, ({ message, fix: { place = '[0]' } }) => {
    const at = message.startsWith('must be a list') || !fieldExamples[name].includes('[0]') ? '' : place;
    return new InvalidValue(`has a value at ${name}${at} that ${message}`, {
      place: `.${name}`,
      example: fieldExamples[name].replace('[0]', place),
    });
  });
}

function atMost<T>(most: number, entry: Reader<T>): Reader<T[]> {
  return (value) => {
    const entries = list(entry)(value);
    if (entries.length <= most) return entries;
    throw new InvalidValue(`must be a list with at most ${most} entries, not ${entries.length}`);
  };
}

/** Reads a block of private addresses (RFC 1918). Throws an InvalidValue for any other text. */
const addressRange: Reader<string> = (value) => {
  const [, address = '', prefix = ''] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(value) ?? [];
  const bytes = address.split('.').map(Number);
  const [first = 0, second = 0] = bytes;
  const isPrivate = first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
  const bits = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const isBlock = bytes.every((byte) => byte < 256) && bits % 2 ** (32 - Number(prefix)) === 0;
  const isSized = Number(prefix) >= leastPrefix && Number(prefix) <= mostPrefix;
  if (address !== '' && isPrivate && isBlock && isSized) return value;
  throw new InvalidValue(
    `must be a block of private addresses such as ${defaultCidrBlock}, with a prefix of ${leastPrefix} to ${mostPrefix} bits, not ${quoted(value)}`,
  );
};

/** Rules about what cannot be reached from the stack's VPC, which has no way to the internet. */
export const privateNetworkRules: readonly ((values: ConfigValues) => Rule[])[] = [
  whenClosed(zoneRules),
  whenClosed(targetRules),
  whenClosed(secretRules),
  whenClosed(regionRules),
  whenClosed(issuerRules),
  whenClosed(facadeRules),
];

/** Rules that hold only if the functions run in the stack's VPC. */
function whenClosed(rules: (values: ConfigValues) => Rule[]): (values: ConfigValues) => Rule[] {
  return (values) => {
    const { privateNetwork: network } = values;
    return network === undefined || network.own ? [] : rules(values);
  };
}

function zoneRules({ privateNetwork: network, region }: ConfigValues): Rule[] {
  const zones = network?.zones ?? [];
  const elsewhere = zones.filter((zone) => zone.slice(0, -1) !== region);
  return elsewhere.map((zone) => [
    true,
    `privateNetwork names the zone ${zone}, which is not in ${region}. ${setAdvice(`--path 'privateNetwork.zones[${zones.indexOf(zone)}]' ${region}a`)}`,
  ]);
}

function targetRules({ models }: ConfigValues): Rule[] {
  return Object.entries(models).flatMap(([name, entry]) =>
    targetsOf(entry).flatMap(({ backend, model }, index): Rule[] => {
      const part = shellWord(`models[${JSON.stringify(name)}]${index === 0 ? '' : '.fallbacks'}`);
      return [
        [
          backend === 'openai',
          `models has an entry "${name}" with openai:${model}, which privateNetwork cannot reach: it has no way to the internet. Remove it with: ${removeCommand(`--path ${part}`)}`,
        ],
      ];
    }),
  );
}

function secretRules({ models, openaiKeyArn }: ConfigValues): Rule[] {
  const isNamed = Object.values(models).some((entry) => targetsOf(entry).some(({ backend }) => backend === 'openai'));
  return [
    [
      openaiKeyArn !== undefined && !isNamed,
      `openaiKeyArn is for targets that begin with openai:, which privateNetwork cannot reach: it has no way to the internet. ${removeAdvice('openaiKeyArn')}`,
    ],
  ];
}

function regionRules({ bedrockRegions, region }: ConfigValues): Rule[] {
  const others = bedrockRegions.filter((each) => each !== region);
  return [
    [
      others.length > 0,
      `bedrockRegions names ${others.join(' and ')}, which privateNetwork cannot reach: its endpoints are those of ${region}. ${removeAdvice('bedrockRegions')}`,
    ],
  ];
}

function issuerRules({ jwt, region }: ConfigValues): Rule[] {
  // In every partition; the newer form of issuers has a host without an endpoint.
  const host = `cognito-idp.${region}.`;
  return jwt.map(({ issuer, jwksUri }, index) => [
    !new URL(jwksUri).host.startsWith(host),
    `jwt has an entry [${index}] whose keys privateNetwork cannot reach: of ${issuer} it would need a way to the internet, and has only an endpoint for user pools of Amazon Cognito in ${region}, whose issuers begin with https://${host}amazonaws.com/. Remove it with: ${removeCommand(`--path 'jwt[${index}]'`)}`,
  ]);
}

function facadeRules({ mcp }: ConfigValues): Rule[] {
  return [
    [
      mcp?.oauth?.facade === true,
      `mcp has oauth.facade, which reads the issuer's metadata from a public address, and privateNetwork reaches none. Remove it with: ${removeCommand('--path mcp.oauth.facade')}`,
    ],
  ];
}
