import type { ConfigValues } from './config-values.ts';
import { gatewayKeyRules } from './gateway-keys.ts';
import { jwtRules } from './jwt.ts';
import { limitRules } from './limits.ts';
import { mcpRules } from './mcp.ts';
import { metricsRules, metricsSettings } from './metrics.ts';
import { arnRegions } from './models.ts';
import { paymentRules } from './payment.ts';
import { priceRules } from './prices.ts';
import { appendedList, removeAdvice, removeCommand, setAdvice, setCommand } from './rule.ts';
import type { Rule } from './rule.ts';
import { storageRules } from './storage.ts';

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
/** Characters of the variables of metrics without the names of projects: 33 of their names, 64 of a namespace. */
const metricsVariablesLength = 97;

/**
 * Conflicts between values that are valid one by one, and with the name of the stack, each with its fix; each text begins with the
 * name of a key.
 */
export function conflicts(values: ConfigValues, stack: string): string[] {
  const rules = [
    ...domainRules(values),
    ...edgeRules(values),
    ...concurrencyRules(values),
    ...modelRules(values),
    ...gatewayKeyRules(values, stack),
    ...limitRules(values),
    ...priceRules(values),
    ...jwtRules(values),
    ...storageRules(values),
    ...mcpRules(values),
    ...metricsRules(values),
    ...paymentRules(values),
  ];
  return rules.filter(([broken]) => broken).map(([, advice]) => advice);
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
    ...hostRules(values),
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

function edgeRules(values: ConfigValues): Rule[] {
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
    [
      !values.streaming && values.domain === undefined,
      `streaming: false leaves out the REST API, which is all there is without a domain. ${setAdvice('domain example.com')}`,
    ],
    [
      !values.streaming && values.restAccessLogs,
      `restAccessLogs needs the REST API, which streaming: false leaves out. ${removeAdvice('restAccessLogs')}`,
    ],
    [
      values.cors.length > 1 && values.cors.includes('*'),
      `cors names * and other origins, but * takes them all. Mend it with: ${removeCommand('cors')} && ${setCommand("--path 'cors[0]' '*'")}`,
    ],
  ];
}

/** Characters of the variables whose values the config does not have. */
function otherVariablesLength(values: ConfigValues): number {
  const { gatewayKeys, storage, mcp, domain } = values;
  const lengths = [
    gatewayKeys && keyVariablesLength,
    storage && storageVariableLength,
    mcp && domain === undefined && stageVariableLength,
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
  const unlisted = values.failoverRegions.find((region) => !values.bedrockRegions.includes(region));
  const elsewhere = arnRegions(values.models).filter(({ region }) => !values.bedrockRegions.includes(region));
  return [
    [
      unlisted !== undefined,
      `failoverRegions names ${unlisted}, where calls may not go. ${setAdvice(appendedList('bedrockRegions', values.bedrockRegions, unlisted ?? ''))}`,
    ],
    ...elsewhere.map(({ name, region }): Rule => [
      true,
      `models has an entry "${name}" whose ARN is in ${region}, where calls may not go. ${setAdvice(appendedList('bedrockRegions', values.bedrockRegions, region))}`,
    ]),
    [
      Object.keys(values.models).length === 0 &&
        values.modelsParameter === undefined &&
        !values.allowUnmappedBedrockModels,
      `allowUnmappedBedrockModels: false leaves nothing to call, since models is empty. ${setAdvice("--path 'models.gpt-4o.target' bedrock:<model>")}`,
    ],
  ];
}
