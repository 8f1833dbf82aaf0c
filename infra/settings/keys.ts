import { callers, callersMaySet } from './callers.ts';
import { chatTemplates } from './chat-templates.ts';
import { guardrail } from './guardrail.ts';
import { models } from './models.ts';
import { parameterName } from './parameter.ts';
import { baseUrl, fieldNames, secretArn } from './openai.ts';
import { steps } from './rule.ts';
import {
  Misfit,
  domainName,
  flag,
  host,
  isObject,
  json,
  list,
  maxOutput,
  members,
  numberOf,
  oneOf,
  region,
  scalar,
  text,
  whole,
} from './values.ts';
import type { Reader } from './values.ts';

/** One key of the stack's config: how it is read, what holds when it is absent, and a value as it may be given. */
export interface Key<T, D> {
  readonly name: string;
  readonly read: Reader<T>;
  readonly absent: D;
  /** The end of a `pulumi config set` command that sets this key; parts of a list or map are always set by `--path`. */
  readonly example: string;
}

/** Sustained requests a second and how many may come at once, each API on its own. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

/** A number for each of the two functions. */
export type PerFunction = Partial<Record<'buffered' | 'streaming', number>>;

/** A certificate of ACM; its region is the fourth part. */
const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/;
/** What CloudWatch Logs accepts (PutRetentionPolicy). Never is not among them: every log of the gateway ends. */
const RETENTION = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Four digits of any number; the account's own limit is far lower and checked by AWS. */
const MANY = 9_999;

/** Where the stack is built: the one key of the AWS provider that the gateway reads. */
export const awsRegion: Key<string, undefined> = {
  name: 'aws:region',
  read: region,
  absent: undefined,
  example: 'aws:region us-east-1',
};

/** Every key under `bedrock-gateway:`, with its default. There is no other list, and no default anywhere else. */
export const keys = {
  /** The domain that the gateway's host is under. Without one, the gateway has AWS's own host name. */
  domain: optional('domain', domainName, 'domain example.com'),
  /** The first part of the gateway's host name. */
  subdomain: key('subdomain', host, { absent: 'openai', example: 'subdomain openai' }),
  /** The Route53 zone for the records, where looking for a zone called like the domain does not find it. */
  hostedZoneId: optional(
    'hostedZoneId',
    text(/^[A-Z0-9]{4,32}$/, 'the id of a Route53 zone'),
    'hostedZoneId Z0123456789EXAMPLE',
  ),
  /** Whether the stack writes DNS records; false where the zone is not in this account's Route53. */
  dns: key('dns', flag, { absent: true, example: 'dns false' }),
  /** An issued certificate for the host; without it, the stack has ACM issue one. */
  certificateArn: optional(
    'certificateArn',
    text(CERTIFICATE, 'the ARN of an ACM certificate'),
    'certificateArn arn:aws:acm:us-east-1:123456789012:certificate/example',
  ),
  /** Where calls to Bedrock may go, the preferred region first. Absent: aws:region alone. */
  bedrockRegions: optional('bedrockRegions', list(region), "--path 'bedrockRegions[0]' us-east-1"),
  /** Regions out of bedrockRegions where a model is asked when its quota is used up in its own region. */
  failoverRegions: key('failoverRegions', list(region), {
    absent: [],
    example: "--path 'failoverRegions[0]' us-west-2",
  }),
  /** The names that callers may ask for. */
  models: key('models', models, {
    absent: {},
    example: "--path 'models.gpt-4o.target' bedrock:us.amazon.nova-pro-v1:0",
  }),
  /** Where further names are, for those that change without a deployment. */
  modelsParameter: optional('modelsParameter', parameterName, 'modelsParameter /bedrock-gateway/models'),
  /** Whether any Bedrock model also works under its own id or ARN. */
  allowUnmappedBedrockModels: key('allowUnmappedBedrockModels', flag, {
    absent: true,
    example: 'allowUnmappedBedrockModels true',
  }),
  /** Whose Bedrock keys are taken. */
  bedrockKeys: key('bedrockKeys', bedrockKeys, { absent: 'any', example: "--path 'bedrockKeys[0]' 123456789012" }),
  /** Who may spend the stack's own money: the hash of each one's token, and the models that it is good for. */
  callers: key('callers', callers, {
    absent: [],
    example: steps("'callers[0].id' support-app", "'callers[0].sha256' <hash>"),
  }),
  /** Members of a request that cost the stack money or reach into its account: a caller may set these. */
  callersMaySet: key('callersMaySet', callersMaySet, {
    absent: [],
    example: "--path 'callersMaySet[0]' serviceTier",
  }),
  /** The stack's own guardrail, for the chat models that the stack pays on Bedrock; it does not cover embeddings. */
  guardrail: optional('guardrail', guardrail, steps('guardrail.identifier abcdefghijkl', 'guardrail.version 1')),
  /** The backend that targets with `openai:` go to. */
  openaiBaseUrl: key('openaiBaseUrl', baseUrl, {
    absent: 'https://api.openai.com/v1',
    example: 'openaiBaseUrl https://api.openai.com/v1',
  }),
  /** Where its key is. */
  openaiKeyArn: optional(
    'openaiKeyArn',
    secretArn,
    'openaiKeyArn arn:aws:secretsmanager:us-east-1:123456789012:secret:openai-AbCdEf',
  ),
  /** How long it may be silent: until the first byte of an answer, and between two. */
  openaiTimeoutSeconds: key('openaiTimeoutSeconds', whole(1, 900), {
    absent: 600, // as long as OpenAI's own clients wait; the edge's deadlines end most calls before
    example: 'openaiTimeoutSeconds 600',
  }),
  /** Whether it may be sent https URLs of callers, which it then fetches from its own network. OpenAI's own API always is. */
  openaiFetchesUrls: key('openaiFetchesUrls', flag, { absent: false, example: 'openaiFetchesUrls true' }),
  /**
   * Fields outside of OpenAI's schemas that pass to openai:, bedrock-openai: and sagemaker: targets where the stack pays. Absent: the
   * function's own list (function/dialects/usual-fields.ts).
   */
  openaiFields: optional('openaiFields', fieldNames, "--path 'openaiFields[0]' top_k"),
  /** Chat templates of the stack's own, for base models behind SageMaker. */
  chatTemplates: key('chatTemplates', chatTemplates, {
    absent: {},
    example: `--path 'chatTemplates.mine.template' "$(cat template.jinja)"`,
  }),
  /** Whether answers arrive as they are made, by a REST API beside the HTTP API. */
  streaming: key('streaming', flag, { absent: true, example: 'streaming true' }),
  /** Web origins whose pages may call the gateway. */
  cors: key('cors', list(origin), { absent: [], example: "--path 'cors[0]' https://app.example.com" }),
  /** A limit on requests, for each API on its own. Absent: the account's. */
  throttle: optional('throttle', throttle, steps('throttle.rate 50', 'throttle.burst 100')),
  /** How long every log is kept. */
  logRetentionDays: key('logRetentionDays', numberOf(RETENTION), { absent: 7, example: 'logRetentionDays 7' }),
  /** The least important lines that the functions log. */
  logLevel: key('logLevel', oneOf(['error', 'warn', 'info', 'debug']), { absent: 'info', example: 'logLevel debug' }),
  /** The Lambda runtime. */
  runtime: key('runtime', oneOf(['nodejs22.x', 'nodejs24.x']), { absent: 'nodejs22.x', example: 'runtime nodejs22.x' }),
  /**
   * Megabytes of each function. 1,024 is about 0.6 of a CPU: enough for a quick cold start, while a stream, which is paid
   * by memory and time and mostly waits for the model, stays cheap.
   */
  memory: key('memory', whole(128, 10_240), { absent: 1024, example: 'memory 1024' }),
  /** The most executions at once, of each function or by function; 0 stops it. Absent: the account's. */
  reservedConcurrency: key('reservedConcurrency', perFunction(0), { absent: {}, example: 'reservedConcurrency 100' }),
  /** Environments that are kept started, of each function or by function. */
  provisionedConcurrency: key('provisionedConcurrency', perFunction(1), {
    absent: {},
    example: "--path 'provisionedConcurrency.streaming' 2",
  }),
  /** Whether X-Ray traces the functions and the REST API. */
  tracing: key('tracing', flag, { absent: false, example: 'tracing true' }),
  /** Whether the REST API writes access logs; its account needs a role for that first. */
  restAccessLogs: key('restAccessLogs', flag, { absent: false, example: 'restAccessLogs true' }),
  /** Whether the gateway places cache points: never, where reuse is likely, or always. */
  promptCaching: key('promptCaching', oneOf(['off', 'auto', 'always']), {
    absent: 'auto',
    example: 'promptCaching auto',
  }),
  /** Tokens of an answer that the caller does not limit, from families that Bedrock would cut short. Absent: the function's own. */
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
  if (!value.startsWith('[')) throw new Misfit('must be any, none or a list of account ids');
  return list(text(/^\d{12}$/, 'an account id of 12 digits (quote it: YAML drops zeros at the front)'))(value);
}

/** A page's own machine, at any port: development servers choose theirs. */
const LOCAL_AT_ANY_PORT = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\]):\*$/;

/** As browsers send it: scheme and host, no path. */
function origin(value: string): string {
  if (value === '*' || LOCAL_AT_ANY_PORT.test(value)) return value;
  const isOrigin = /^https?:\/\/[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
  if (isOrigin) return value;
  throw new Misfit(
    `must list origins such as https://app.example.com (no path), http://localhost:* for any port of the page's own machine, or *, not "${value}"`,
  );
}

function throttle(value: string): Throttle {
  const given = members(json(value), { required: ['rate', 'burst'], optional: [] });
  const number = (name: string): number => whole(1, 100_000)(scalar(given.get(name)));
  return { rate: number('rate'), burst: number('burst') };
}

function perFunction(least: number): Reader<PerFunction> {
  const read = whole(least, MANY);
  return (value) => {
    const given = json(value);
    if (!isObject(given)) return { buffered: read(value), streaming: read(value) };
    const each = members(given, { required: [], optional: ['buffered', 'streaming'] });
    return Object.fromEntries([...each].map(([name, number]) => [name, read(scalar(number))]));
  };
}
