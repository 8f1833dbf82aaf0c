import type { Given } from './given.ts';
import { arnRegions } from './models.ts';
import { payment } from './payment.ts';
import { longer, remove, removeCommand, set, setCommand } from './rule.ts';
import type { Rule } from './rule.ts';

/** Lambda takes 4 KB of names and values together; the rest is for the names and for what is to come. */
const ENVIRONMENT_LIMIT = 3_500;

/** What is wrong with values that are right one by one; each advice begins with the name of a key. */
export function conflicts(given: Given): string[] {
  const rules = [
    ...domainRules(given),
    ...edgeRules(given),
    ...concurrencyRules(given),
    ...modelRules(given),
    ...payment(given),
  ];
  return rules.filter(([broken]) => broken).map(([, advice]) => advice);
}

function homeless(key: string): string {
  return `${key} says something about a domain, and there is none. ${set('domain example.com')}`;
}

function domainRules(given: Given): Rule[] {
  const { domain, dns, certificateArn, hostedZoneId } = given;
  const certificateRegion = certificateArn?.split(':')[3];
  return [
    [!domain && given.isSet('subdomain'), homeless('subdomain')],
    [!domain && !dns, homeless('dns')],
    [!domain && certificateArn !== undefined, homeless('certificateArn')],
    [!domain && hostedZoneId !== undefined, homeless('hostedZoneId')],
    [
      domain !== undefined && !dns && certificateArn === undefined,
      `certificateArn is missing: with dns: false the stack cannot prove to ACM that the domain is yours. ${set('certificateArn <ARN>')}`,
    ],
    [
      !dns && hostedZoneId !== undefined,
      `hostedZoneId names a zone, but dns: false writes no record. ${remove('hostedZoneId')}`,
    ],
    [
      certificateRegion !== undefined && certificateRegion !== given.region,
      `certificateArn is in ${certificateRegion}, but a regional domain takes a certificate of its own region, ${given.region}. Issue one there, then: ${setCommand('certificateArn <ARN>')}`,
    ],
    ...hostRules(given),
  ];
}

/** The longest name that ACM issues a certificate for; a certificate's other names may be as long as any host's. */
const LONGEST_ISSUED = 64;
/** The longest name of a host (RFC 1035), without the dot at its end. */
const LONGEST_HOST = 253;

function hostRules({ domain, subdomain, certificateArn, openaiBaseUrl }: Given): Rule[] {
  if (domain === undefined) return [];
  const host = `${subdomain}.${domain}`;
  const isTooLong = host.length > LONGEST_HOST;
  return [
    [
      new URL(openaiBaseUrl).hostname === host.toLowerCase(),
      `openaiBaseUrl is the address of this gateway, which would call itself. Name the server behind it: ${set('openaiBaseUrl https://api.openai.com/v1')}`,
    ],
    [
      isTooLong,
      `subdomain and domain make a host name of ${host.length} characters, and no host's name has more than ${LONGEST_HOST}. ${set('subdomain openai')}`,
    ],
    [
      !isTooLong && certificateArn === undefined && host.length > LONGEST_ISSUED,
      `subdomain and domain make the host name ${host} of ${host.length} characters, and ACM issues certificates for at most ${LONGEST_ISSUED}. Take a shorter one, or bring a certificate that has the host among its other names: ${setCommand('certificateArn <ARN>')}`,
    ],
    [
      !/[a-z][a-z0-9-]*$/.test(domain),
      `domain ends in "${domain.replace(/^.*\./, '')}", which no domain does: an IP address is none. ${set('domain example.com')}`,
    ],
  ];
}

function edgeRules(given: Given): Rule[] {
  const lists = [
    given.bedrockRegions,
    given.failoverRegions,
    given.bedrockKeys,
    given.cors,
    given.openaiBaseUrl,
    given.modelsParameter,
  ].join(',');
  return [
    [
      lists.length > ENVIRONMENT_LIMIT,
      `bedrockKeys, cors, bedrockRegions, failoverRegions, openaiBaseUrl and modelsParameter together are too long for the environment of a Lambda function (4 KB). Shorten the lists`,
    ],
    [
      !given.streaming && given.domain === undefined,
      `streaming: false leaves out the REST API, which is all there is without a domain. ${set('domain example.com')}`,
    ],
    [
      !given.streaming && given.restAccessLogs,
      `restAccessLogs needs the REST API, which streaming: false leaves out. ${remove('restAccessLogs')}`,
    ],
    [
      given.cors.length > 1 && given.cors.includes('*'),
      `cors names * and other origins, but * takes them all. Mend it with: ${removeCommand('cors')} && ${setCommand("--path 'cors[0]' '*'")}`,
    ],
  ];
}

function concurrencyRules(given: Given): Rule[] {
  const { reservedConcurrency: reserved, provisionedConcurrency: provisioned } = given;
  return (['buffered', 'streaming'] as const).map((name) => [
    (provisioned[name] ?? 0) > (reserved[name] ?? Number.POSITIVE_INFINITY),
    `provisionedConcurrency of ${name} is more than its reservedConcurrency, which AWS refuses. ${set(`--path 'provisionedConcurrency.${name}' ${reserved[name]}`)}`,
  ]);
}

function modelRules(given: Given): Rule[] {
  const strange = given.failoverRegions.find((region) => !given.bedrockRegions.includes(region));
  const elsewhere = arnRegions(given.models).filter(({ region }) => !given.bedrockRegions.includes(region));
  return [
    [
      strange !== undefined,
      `failoverRegions names ${strange}, where calls may not go. ${set(longer('bedrockRegions', given.bedrockRegions, strange ?? ''))}`,
    ],
    ...elsewhere.map(({ name, region }): Rule => [
      true,
      `models has an entry "${name}" whose ARN is in ${region}, where calls may not go. ${set(longer('bedrockRegions', given.bedrockRegions, region))}`,
    ]),
    [
      Object.keys(given.models).length === 0 &&
        given.modelsParameter === undefined &&
        !given.allowUnmappedBedrockModels,
      `allowUnmappedBedrockModels: false leaves nothing to call, since models is empty. ${set("--path 'models.gpt-4o.target' bedrock:<model>")}`,
    ],
  ];
}
