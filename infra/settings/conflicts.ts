import type { ConfigValues } from './config-values.ts';
import { gatewayKeyRules } from './gateway-keys.ts';
import { jwtRules } from './jwt.ts';
import { limitRules } from './limits.ts';
import { mantleRules } from './mantle.ts';
import { mcpRules } from './mcp.ts';
import { alarmRules, metricsRules, metricsSettings } from './metrics.ts';
import { isElsewhere } from './geography.ts';
import { arnRegions, targetsOf } from './models.ts';
import { paymentRules } from './payment.ts';
import { priceRules } from './prices.ts';
import { privateNetworkRules } from './private-network.ts';
import { appendedList, removeAdvice, removeCommand, setAdvice, setCommand } from './rule.ts';
import type { Rule } from './rule.ts';
import { storageRules } from './storage.ts';
import { isOnBedrock } from './targets.ts';

/** Characters of the values below. Lambda takes 4 KB of names and values; the rest is for the names and for other variables. */
const maxListsLength = 3_500;
/**
 * Characters of the variables of gateway keys: 92 of their names, 64 each of stack, tables and hash, 55 of a user pool's id, 115 of a topic's
 * ARN, 7 digits.
 */
const keyVariablesLength = 525;
/** Characters of the variable of storage: 14 of its name, 63 of a bucket's. */
const storageVariableLength = 77;
/** Characters of the variable of an MCP server without a domain: 9 of its name, 10 of an API's id, and the rest of the longest URL of a stage. */
const stageVariableLength = 80;
/** Characters of the variable of a private network. */
const networkVariableLength = 19;
/** Characters of the variable of bedrock-mantle. */
const mantleVariableLength = 18;
/** Characters of the variables of metrics without the names of projects: 33 of their names, 64 of a namespace. */
const metricsVariablesLength = 97;

/**
 * Conflicts between values that are valid one by one, and with the name of the stack, each with its fix; each text begins with the
 * name of a key. Rules that need a key of `unread` are left out: its value is not known.
 */
export function conflicts(values: ConfigValues, stack: string, unread: ReadonlySet<string>): string[] {
  const known = withoutUnread(values, unread);
  const rules = [
    domainRules,
    hostRules,
    environmentRules,
    streamingRules,
    accessLogRules,
    corsRules,
    concurrencyRules,
    modelRules,
    (all: ConfigValues) => gatewayKeyRules(all, stack),
    limitRules,
    priceRules,
    jwtRules,
    storageRules,
    mcpRules,
    mantleRules,
    metricsRules,
    alarmRules,
    ...paymentRules,
    ...privateNetworkRules,
  ].flatMap((each) => applicable(each, known));
  return rules.filter(([broken]) => broken).map(([, advice]) => advice);
}

/** A rule asks for a value that could not be read. */
class UnreadValue extends Error {}

/** The values, where reading a key of `unread` throws an UnreadValue. */
function withoutUnread(values: ConfigValues, unread: ReadonlySet<string>): ConfigValues {
  return new Proxy(values, {
    get(all, key) {
      if (typeof key === 'string' && unread.has(key)) throw new UnreadValue();
      const value: unknown = Reflect.get(all, key);
      return value;
    },
  });
}

function applicable(rules: (values: ConfigValues) => Rule[], values: ConfigValues): Rule[] {
  try {
    return rules(values);
  } catch (error) {
    if (error instanceof UnreadValue) return [];
    throw error;
  }
}

function withoutDomain(key: string): string {
  return `${key} says something about a domain, and there is none. ${setAdvice('domain example.com')}`;
}

function domainRules(values: ConfigValues): Rule[] {
  const { domain, dns, certificateArn, hostedZoneId } = values;
  const certificateRegion = certificateArn?.split(':')[3];
  return [
    [!domain && values.isSet('subdomain'), withoutDomain('subdomain')],
    [!domain && !dns, withoutDomain('dns')],
    [!domain && certificateArn !== undefined, withoutDomain('certificateArn')],
    [!domain && hostedZoneId !== undefined, withoutDomain('hostedZoneId')],
    [
      domain !== undefined && !dns && certificateArn === undefined,
      `certificateArn is missing: with dns: false the stack cannot prove to ACM that the domain is yours. ${setAdvice('certificateArn <ARN>')}`,
    ],
    [
      !dns && hostedZoneId !== undefined,
      `hostedZoneId names a zone, but dns: false writes no record. ${removeAdvice('hostedZoneId')}`,
    ],
    [
      certificateRegion !== undefined && certificateRegion !== values.region,
      `certificateArn is in ${certificateRegion}, but a regional domain takes a certificate of its own region, ${values.region}. Issue one there, then: ${setCommand('certificateArn <ARN>')}`,
    ],
  ];
}

/** Longest name that ACM issues a certificate for, in characters; alternative names of a certificate may be longer. */
const maxIssuedNameLength = 64;
/** Longest name of a host (RFC 1035), in characters, without the dot at its end. */
const maxHostLength = 253;

function hostRules({ domain, subdomain, certificateArn, openaiBaseUrl }: ConfigValues): Rule[] {
  if (domain === undefined) return [];
  const host = `${subdomain}.${domain}`;
  const isTooLong = host.length > maxHostLength;
  return [
    [
      new URL(openaiBaseUrl).hostname === host.toLowerCase(),
      `openaiBaseUrl is the address of this gateway, which would call itself. Name the server behind it: ${setAdvice('openaiBaseUrl https://api.openai.com/v1')}`,
    ],
    [
      isTooLong,
      `subdomain and domain make a host name of ${host.length} characters, and no host's name has more than ${maxHostLength}. ${setAdvice('subdomain openai')}`,
    ],
    [
      !isTooLong && certificateArn === undefined && host.length > maxIssuedNameLength,
      `subdomain and domain make the host name ${host} of ${host.length} characters, and ACM issues certificates for at most ${maxIssuedNameLength}. Take a shorter one, or bring a certificate that has the host among its other names: ${setCommand('certificateArn <ARN>')}`,
    ],
    [
      !/[a-z][a-z0-9-]*$/.test(domain),
      `domain ends in "${domain.replace(/^.*\./, '')}", which no domain does: an IP address is none. ${setAdvice('domain example.com')}`,
    ],
  ];
}

function environmentRules(values: ConfigValues): Rule[] {
  const lists = [
    values.bedrockRegions,
    values.failoverRegions,
    values.bedrockKeys,
    values.cors,
    values.openaiBaseUrl,
    values.modelsParameter,
    metricsSettings(values)?.projects,
  ].join(',');
  return [
    [
      lists.length > maxListsLength - otherVariablesLength(values),
      `bedrockKeys, cors, bedrockRegions, failoverRegions, openaiBaseUrl, modelsParameter and metrics together are too long for the environment of a Lambda function (4 KB). Shorten the lists`,
    ],
  ];
}

function streamingRules(values: ConfigValues): Rule[] {
  return [
    [
      !values.streaming && values.domain === undefined,
      `streaming: false leaves out the REST API, which is all there is without a domain. ${setAdvice('domain example.com')}`,
    ],
  ];
}

function accessLogRules(values: ConfigValues): Rule[] {
  return [
    [
      !values.streaming && values.restAccessLogs,
      `restAccessLogs needs the REST API, which streaming: false leaves out. ${removeAdvice('restAccessLogs')}`,
    ],
  ];
}

function corsRules(values: ConfigValues): Rule[] {
  return [
    [
      values.cors.length > 1 && values.cors.includes('*'),
      `cors names * and other origins, but * takes them all. Mend it with: ${removeCommand('cors')} && ${setCommand("--path 'cors[0]' '*'")}`,
    ],
  ];
}

/** Characters of the variables whose values the config does not have. */
function otherVariablesLength(values: ConfigValues): number {
  const { gatewayKeys, storage, mcp, domain, privateNetwork, bedrockMantle } = values;
  const lengths = [
    gatewayKeys && keyVariablesLength,
    storage && storageVariableLength,
    mcp && domain === undefined && stageVariableLength,
    privateNetwork && networkVariableLength,
    bedrockMantle && mantleVariableLength,
    metricsSettings(values) && metricsVariablesLength,
  ];
  return lengths.reduce<number>((sum, length) => sum + (length || 0), 0);
}

function concurrencyRules(values: ConfigValues): Rule[] {
  const { reservedConcurrency: reserved, provisionedConcurrency: provisioned } = values;
  return (['buffered', 'streaming'] as const).map((name) => [
    (provisioned[name] ?? 0) > (reserved[name] ?? Number.POSITIVE_INFINITY),
    `provisionedConcurrency of ${name} is more than its reservedConcurrency, which AWS refuses. ${setAdvice(`--path 'provisionedConcurrency.${name}' ${reserved[name]}`)}`,
  ]);
}

function modelRules(values: ConfigValues): Rule[] {
  const unlisted = values.failoverRegions.filter((region) => !values.bedrockRegions.includes(region));
  const elsewhere = arnRegions(values.models).filter(({ region }) => !values.bedrockRegions.includes(region));
  const foreign = Object.entries(values.models).flatMap(([name, entry]) =>
    targetsOf(entry)
      .filter(({ backend, model }) => isOnBedrock(backend) && isElsewhere(model, values.bedrockRegions))
      .map(({ backend, model }) => ({ name, target: `${backend}:${model}` })),
  );
  return [
    [
      unlisted.length > 0,
      `failoverRegions names ${unlisted.join(' and ')}, where calls may not go. ${setAdvice(appendedList('bedrockRegions', values.bedrockRegions, ...unlisted))}`,
    ],
    ...elsewhere.map(({ name, region }): Rule => [
      true,
      `models has an entry "${name}" whose ARN is in ${region}, where calls may not go. ${setAdvice(appendedList('bedrockRegions', values.bedrockRegions, region))}`,
    ]),
    ...foreign.map(({ name, target }): Rule => [
      true,
      `models has an entry "${name}" with ${target}, a profile that cannot be called in ${values.bedrockRegions.join(' or ')}. Name one that can be, or a region of the profile: ${setCommand(appendedList('bedrockRegions', values.bedrockRegions, '<region>'))}`,
    ]),
    [
      Object.keys(values.models).length === 0 &&
        values.modelsParameter === undefined &&
        !values.allowUnmappedBedrockModels,
      `allowUnmappedBedrockModels: false leaves nothing to call, since models is empty. ${setAdvice("--path 'models.gpt-4o.target' bedrock:<model>")}`,
    ],
  ];
}
