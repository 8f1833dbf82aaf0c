import { arn } from './arn.ts';
import { canary } from './canary.ts';
import { callers, callersMaySet } from './callers.ts';
import { chatTemplates } from './chat-templates.ts';
import { guardrail } from './guardrail.ts';
import { jwt } from './jwt.ts';
import { limits } from './limits.ts';
import { kmsKeyArn } from './kms-key.ts';
import { mcp } from './mcp.ts';
import { emailAddress, metrics, topicArn } from './metrics.ts';
import { models } from './models.ts';
import { origin } from './origin.ts';
import { parameterName } from './parameter.ts';
import { baseUrl, fieldNames, secretArn } from './openai.ts';
import { prices } from './prices.ts';
import { privateNetwork } from './private-network.ts';
import { region } from './region.ts';
import { pathCommands } from './rule.ts';
import { storage } from './storage.ts';
import {
  InvalidValue,
  domainName,
  flag,
  host,
  isObject,
  json,
  list,
  maxOutput,
  numberOf,
  oneOf,
  scalar,
  text,
  wholeNumber,
  mapOf,
  readAll,
  together,
  within,
} from './values.ts';
import type { Reader } from './values.ts';

/** A key of the stack's config: its reader, its default, and an example. */
export interface Key<T, D> {
  readonly name: string;
  readonly read: Reader<T>;
  readonly absent: D;
  /** The end of a `pulumi config set` command that sets this key; parts of a list or map are always set by `--path`. */
  readonly example: string;
}

/** Limits of one API: sustained requests per second, and requests at once. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

/** A number for each of the two functions. */
export type PerFunction = Partial<Record<'buffered' | 'streaming', number>>;

/** ARN of an ACM certificate; its region is the fourth part. */
const certificateArnPattern = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/;
/** Days that CloudWatch Logs accepts (PutRetentionPolicy). "Never" is left out: every log of the gateway expires. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Upper limit of concurrency values; AWS checks the limit of the account, which is lower. */
const maxConcurrency = 9_999;
/** The key's id has room for more; no stack replaces its first admin key this often. */
const maxAdminKeyGeneration = 1_000_000;

/** The stack's region: the only key of the AWS provider that the gateway reads. */
export const awsRegion: Key<string, undefined> = {
  name: 'aws:region',
  read: region,
  absent: undefined,
  example: 'aws:region us-east-1',
};

/** All keys under `bedrock-gateway:` with their defaults. No other place lists keys or defaults. */
export const keys = {
  /** The domain of the gateway's host name. Without one, the gateway has a host name of AWS. */
  domain: optional('domain', domainName, 'domain example.com'),
  /** The first part of the gateway's host name. */
  subdomain: key('subdomain', host, { absent: 'openai', example: 'subdomain openai' }),
  /** The Route 53 zone for the records; absent: the zone that is called like the domain. */
  hostedZoneId: optional(
    'hostedZoneId',
    text(/^[A-Z0-9]{4,32}$/, 'the id of a Route53 zone'),
    'hostedZoneId Z0123456789EXAMPLE',
  ),
  /** Whether the stack writes DNS records; false if the zone is not in this account's Route 53. */
  dns: key('dns', flag, { absent: true, example: 'dns false' }),
  /** An issued certificate for the host; absent: the stack requests one from ACM. */
  certificateArn: optional(
    'certificateArn',
    arn('acm', text(certificateArnPattern, 'the ARN of an ACM certificate')),
    'certificateArn arn:aws:acm:us-east-1:123456789012:certificate/example',
  ),
  /** Regions that calls to Bedrock may go to, the preferred one first; absent: aws:region alone. */
  bedrockRegions: optional('bedrockRegions', list(region), "--path 'bedrockRegions[0]' us-east-1"),
  /** Regions of bedrockRegions that a call fails over to when the quota in its own region is used up. */
  failoverRegions: key('failoverRegions', list(region), {
    absent: [],
    example: "--path 'failoverRegions[0]' us-west-2",
  }),
  /** Whether callers' own Bedrock keys are also sent to bedrock-mantle, for what Bedrock's runtime does not have. */
  bedrockMantle: key('bedrockMantle', flag, { absent: false, example: 'bedrockMantle true' }),
  /** The model names that callers may request. */
  models: key('models', models, {
    absent: {},
    example: "--path 'models.gpt-4o.target' bedrock:us.amazon.nova-pro-v1:0",
  }),
  /** The SSM parameter with further model names, which change without a deployment. */
  modelsParameter: optional('modelsParameter', parameterName, 'modelsParameter /bedrock-gateway/models'),
  /** Whether callers may also request any Bedrock model by its own id or ARN. */
  allowUnmappedBedrockModels: key('allowUnmappedBedrockModels', flag, {
    absent: true,
    example: 'allowUnmappedBedrockModels true',
  }),
  /** The accounts whose Bedrock keys are accepted. */
  bedrockKeys: key('bedrockKeys', bedrockKeys, { absent: 'any', example: "--path 'bedrockKeys[0]' 123456789012" }),
  /** Registered callers, for whom the stack pays: the hash of each caller's token, and the models that it may use. */
  callers: key('callers', callers, {
    absent: [],
    example: pathCommands("'callers[0].id' support-app", "'callers[0].sha256' <hash>"),
  }),
  /** Request fields that registered callers may set although they cost the stack money or reach into its account. */
  callersMaySet: key('callersMaySet', callersMaySet, {
    absent: [],
    example: "--path 'callersMaySet[0]' serviceTier",
  }),
  /** Whether the stack issues API keys of its own, which it keeps in DynamoDB and Cognito, and pays for their holders. */
  gatewayKeys: key('gatewayKeys', flag, { absent: false, example: 'gatewayKeys true' }),
  /** The generation of the first admin key: a higher number replaces that key. */
  adminKeyGeneration: key('adminKeyGeneration', wholeNumber(1, maxAdminKeyGeneration), {
    absent: 1,
    example: 'adminKeyGeneration 2',
  }),
  /** Whether AWS refuses to delete the tables and the user pool; storage has a setting of its own. */
  deletionProtection: key('deletionProtection', flag, { absent: true, example: 'deletionProtection false' }),
  /** Limits for every gateway key and for every caller with a JWT, and what happens while nobody can count. */
  limits: key('limits', limits, {
    absent: {},
    example: '--path limits.perKey.requestsPerMinute 60',
  }),
  /** What models cost, by name or target: in place of the function's own list of prices, and for what that list does not have. */
  prices: key('prices', prices, {
    absent: {},
    example: pathCommands('prices.gpt-4o.input 2.5', 'prices.gpt-4o.output 10'),
  }),
  /** Issuers of JWTs for whose bearers the stack pays, and what the claims of their tokens mean. */
  jwt: key('jwt', jwt, {
    absent: [],
    example: pathCommands("'jwt[0].issuer' https://login.example.com", "'jwt[0].audience' https://openai.example.com"),
  }),
  /** Whether callers may store files, and how much and how long; absent: they may not. An empty map is storage with the defaults. */
  storage: optional('storage', storage, '--path storage.retentionDays 30'),
  /** The stack's own guardrail, for chat models on Bedrock that the stack pays for; it does not cover embeddings. */
  guardrail: optional('guardrail', guardrail, pathCommands('guardrail.identifier abcdefghijkl', 'guardrail.version 1')),
  /** The base URL of the backend of `openai:` targets. */
  openaiBaseUrl: key('openaiBaseUrl', baseUrl, {
    absent: 'https://api.openai.com/v1',
    example: 'openaiBaseUrl https://api.openai.com/v1',
  }),
  /** The secret that has the key of the backend of `openai:` targets. */
  openaiKeyArn: optional(
    'openaiKeyArn',
    secretArn,
    'openaiKeyArn arn:aws:secretsmanager:us-east-1:123456789012:secret:openai-AbCdEf',
  ),
  /** Idle timeout of the backend of `openai:` targets: until the first byte of an answer, and between two. */
  openaiTimeoutSeconds: key('openaiTimeoutSeconds', wholeNumber(1, 900), {
    absent: 600, // what OpenAI's own clients use; the deadlines of the APIs end most calls earlier
    example: 'openaiTimeoutSeconds 600',
  }),
  /** Whether the backend of `openai:` targets may be sent https URLs of callers, which it fetches itself. OpenAI's own API always may. */
  openaiFetchesUrls: key('openaiFetchesUrls', flag, { absent: false, example: 'openaiFetchesUrls true' }),
  /**
   * Fields outside of OpenAI's schemas that pass to openai:, bedrock-openai: and sagemaker: targets when the stack pays; absent:
   * the function's own list (function/dialects/usual-fields.ts).
   */
  openaiFields: optional('openaiFields', fieldNames, "--path 'openaiFields[0]' top_k"),
  /** The stack's own chat templates, for base models on SageMaker. */
  chatTemplates: key('chatTemplates', chatTemplates, {
    absent: {},
    example: `--path 'chatTemplates.mine.template' "$(cat template.jinja)"`,
  }),
  /** The MCP server, whose tools are the gateway's models; absent: the gateway is none. */
  mcp: optional('mcp', mcp, 'mcp true'),
  /** The VPC in which the functions run, which has no way to the internet; absent: Lambda's own network. */
  privateNetwork: optional('privateNetwork', privateNetwork, 'privateNetwork true'),
  /** Whether a REST API beside the HTTP API streams answers. */
  streaming: key('streaming', flag, { absent: true, example: 'streaming true' }),
  /** Web origins whose pages may call the gateway. */
  cors: key('cors', list(origin), { absent: [], example: "--path 'cors[0]' https://app.example.com" }),
  /** A limit on requests, for each API on its own; absent: that of the account. */
  throttle: optional('throttle', throttle, pathCommands('throttle.rate 50', 'throttle.burst 100')),
  /** Days that every log is kept. */
  logRetentionDays: key('logRetentionDays', numberOf(retentionDays), { absent: 7, example: 'logRetentionDays 7' }),
  /** The lowest level of the lines that the functions log. */
  logLevel: key('logLevel', oneOf(['error', 'warn', 'info', 'debug']), { absent: 'info', example: 'logLevel debug' }),
  /** The Lambda runtime. */
  runtime: key('runtime', oneOf(['nodejs22.x', 'nodejs24.x']), { absent: 'nodejs22.x', example: 'runtime nodejs22.x' }),
  /**
   * Memory of each function, in MB. 1,024 comes with about 0.6 of a CPU: enough for a quick cold start, while a stream, which
   * costs memory times duration and mostly waits for the model, stays cheap.
   */
  memory: key('memory', wholeNumber(128, 10_240), { absent: 1024, example: 'memory 1024' }),
  /** Maximum number of concurrent executions, for both functions or for each; 0 stops a function; absent: the account's. */
  reservedConcurrency: key('reservedConcurrency', perFunction(0), { absent: {}, example: 'reservedConcurrency 100' }),
  /** Environments that are kept initialized, for both functions or for each. */
  provisionedConcurrency: key('provisionedConcurrency', perFunction(1), {
    absent: {},
    example: "--path 'provisionedConcurrency.streaming' 2",
  }),
  /** A roll-out in part: the share of requests that the newest versions get, and the versions that get the others; absent: the newest get all. */
  canary: optional('canary', canary, pathCommands('canary.percent 10', 'canary.stable.streaming 7')),
  /** Whether the functions write metrics, and the projects that these are divided by. */
  metrics: key('metrics', metrics, { absent: true, example: 'metrics true' }),
  /** Whether the stack has a dashboard of its metrics. */
  dashboard: key('dashboard', flag, { absent: true, example: 'dashboard true' }),
  /** Whether the stack has alarms. */
  alarms: key('alarms', flag, { absent: true, example: 'alarms true' }),
  /** Addresses that the stack's topic of alarms and spend alerts writes to, once each has confirmed. */
  alarmEmails: key('alarmEmails', list(emailAddress), {
    absent: [],
    example: "--path 'alarmEmails[0]' oncall@example.com",
  }),
  /** A topic of SNS that alarms are sent to; absent: one of the stack's own. */
  alarmTopicArn: optional('alarmTopicArn', topicArn, 'alarmTopicArn arn:aws:sns:us-east-1:123456789012:oncall'),
  /** The KMS key that the stack's topic is encrypted with; absent: it is not encrypted. */
  alarmKmsKeyArn: optional(
    'alarmKmsKeyArn',
    kmsKeyArn,
    'alarmKmsKeyArn arn:aws:kms:us-east-1:123456789012:key/example',
  ),
  /** The estimated cost of a day that raises an alarm, in USD. */
  dailyCostAlarm: key('dailyCostAlarm', wholeNumber(1, 1_000_000), { absent: 100, example: 'dailyCostAlarm 100' }),
  /** The time of requests, as its 99th percentile, that raises an alarm, in seconds; models that think take minutes. */
  latencyAlarm: key('latencyAlarm', wholeNumber(1, 900), { absent: 120, example: 'latencyAlarm 120' }),
  /** Whether X-Ray traces the functions and the REST API. */
  tracing: key('tracing', flag, { absent: false, example: 'tracing true' }),
  /** Whether the REST API writes access logs; the account must have a role for that first. */
  restAccessLogs: key('restAccessLogs', flag, { absent: false, example: 'restAccessLogs true' }),
  /** When the gateway adds cache points: never, if reuse is likely, or always. */
  promptCaching: key('promptCaching', oneOf(['off', 'auto', 'always']), {
    absent: 'auto',
    example: 'promptCaching auto',
  }),
  /** Output tokens if the caller sets no limit, for families with a low limit on Bedrock; absent: the function's default. */
  defaultMaxOutput: optional('defaultMaxOutput', maxOutput, 'defaultMaxOutput 16384'),
} as const;

function key<T>(name: string, read: Reader<T>, rest: { absent: NoInfer<T>; example: string }): Key<T, T> {
  return { name, read, ...rest };
}

function optional<T>(name: string, read: Reader<T>, example: string): Key<T, undefined> {
  return { name, read, absent: undefined, example };
}

function bedrockKeys(value: string): 'any' | 'none' | string[] {
  if (value === 'any' || value === 'none') return value;
  if (!value.startsWith('[')) throw new InvalidValue('must be any, none or a list of account ids');
  return list(text(/^\d{12}$/, 'an account id of 12 digits (quote it: YAML drops zeros at the front)'))(value);
}

function throttle(value: string): Throttle {
  return mapOf(json(value), { required: ['rate', 'burst'], optional: [] }, (values) => {
    const number = (name: string, example: number) => (): number =>
      within(
        () => wholeNumber(1, 100_000)(scalar(values.get(name))),
        ({ message }) =>
          new InvalidValue(`has a ${name} that ${message}`, { example: `--path throttle.${name} ${example}` }),
      );
    return together({ rate: number('rate', 50), burst: number('burst', 100) });
  });
}

function perFunction(min: number): Reader<PerFunction> {
  const read = wholeNumber(min, maxConcurrency);
  return (value) => {
    const values = json(value);
    if (!isObject(values)) return { buffered: read(value), streaming: read(value) };
    return mapOf(values, { required: [], optional: ['buffered', 'streaming'] }, (each) =>
      Object.fromEntries(
        readAll([...each], ([name, number]) => [
          name,
          within(
            () => read(scalar(number)),
            ({ message }) => new InvalidValue(`has a value at ${name} that ${message}`, { remove: `.${name}` }),
          ),
        ]),
      ),
    );
  };
}
