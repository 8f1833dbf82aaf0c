import { join } from 'node:path';

/** The least important lines that are logged. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/**
 * Every environment variable that the stack gives its functions. infra/ writes them, this file alone reads them, but for what only metrics
 * need (metrics/load.ts). Secrets never travel here. What Lambda itself sets (AWS_REGION, …) is not listed.
 */
export interface Environment {
  /** Comma-separated regions that calls may go to, the preferred one first. */
  readonly BEDROCK_REGIONS: string;
  /** Comma-separated, some of them: where a model is asked whose quota is used up in its own region. Absent for none. */
  readonly BEDROCK_FAILOVER_REGIONS?: string;
  /** Whose Bedrock keys are taken: `any`, `none`, or comma-separated 12-digit account ids. */
  readonly BEDROCK_KEYS: string;
  /** `true` where callers' own Bedrock keys are also sent to bedrock-mantle, for what Bedrock's runtime does not have; absent elsewhere. */
  readonly BEDROCK_MANTLE?: string;
  /** `off`, `auto` or `always`. */
  readonly PROMPT_CACHING: string;
  /** `error`, `warn` or `debug`; absent for `info`. Powertools has a meaning of its own for LOG_LEVEL. */
  readonly GATEWAY_LOG_LEVEL?: string;
  /** Tokens of an answer that the caller does not limit, or `model`; absent where the config says nothing. */
  readonly DEFAULT_MAX_OUTPUT?: string;
  /** Comma-separated origins that may call from a browser, `*` for any, empty for none. */
  readonly CORS_ORIGINS: string;
  /**
   * The role that everything which the stack itself pays on Bedrock and SageMaker is signed with; absent where no target of
   * the catalog needs it.
   */
  readonly SPENDING_ROLE_ARN?: string;
  /** Base URL of the OpenAI-compatible backend, such as `https://api.openai.com/v1`; absent where no target names it. */
  readonly OPENAI_BASE_URL?: string;
  /** ARN of the secret in Secrets Manager that holds its key. */
  readonly OPENAI_KEY_ARN?: string;
  /** The name of the SSM parameter that holds further entries of `models`; absent where the config names none. */
  readonly MODELS_PARAMETER?: string;
  /** Seconds that it may be silent: until the first byte of an answer, and between two. */
  readonly OPENAI_TIMEOUT_SECONDS?: string;
  /** `true` where it may be sent URLs of callers, which it then fetches itself. */
  readonly OPENAI_FETCHES_URLS?: string;
  /** The name of the stack, which is a part of every gateway key; absent where the stack issues no keys. */
  readonly KEY_STACK?: string;
  /** The name of the DynamoDB table that holds projects, service accounts and keys. */
  readonly KEY_TABLE?: string;
  /** The id of the Cognito user pool with a user for each key; only for the function that manages keys. */
  readonly USER_POOL_ID?: string;
  /** SHA-256 of the first admin key's secret, in hex. The secret has 256 random bits, so its hash is no secret. */
  readonly ADMIN_KEY_SHA256?: string;
  /** The generation of the first admin key, a whole number from 1, which its id ends with. */
  readonly ADMIN_KEY_GENERATION?: string;
  /** The name of the DynamoDB table in which requests are counted; absent where none are. */
  readonly USAGE_TABLE?: string;
  /** ARN of the SNS topic that spend alerts are sent to; present where the stack issues keys. */
  readonly ALERT_TOPIC_ARN?: string;
  /** The name of the S3 bucket in which files are kept; absent where none are. */
  readonly STORAGE_BUCKET?: string;
  /** The URL of the REST API's stage, of which MCP's OAuth metadata tells; present for an MCP server without a domain. */
  readonly STAGE_URL?: string;
  /** `true` in a VPC without a way to the internet, where no URL of a caller can be fetched; absent elsewhere. */
  readonly PRIVATE_NETWORK?: string;
  /** The stack's namespace of metrics in CloudWatch; absent where the functions write none. */
  readonly METRICS_NAMESPACE?: string;
  /** Comma-separated names of projects that metrics are divided by. */
  readonly METRICS_PROJECTS?: string;
  /** Present where X-Ray traces a function that writes metrics: to look for a trace with each request takes longer than they do. */
  readonly TRACING?: 'active';
}

/** The function's settings: the environment and the catalog, read and checked. */
export interface Config {
  readonly bedrockRegions: readonly [string, ...string[]];
  readonly failoverRegions: readonly string[];
  readonly bedrockKeys: 'any' | 'none' | readonly string[];
  /** Whether callers' own Bedrock keys are also sent to bedrock-mantle. */
  readonly bedrockMantle?: boolean;
  readonly promptCaching: 'off' | 'auto' | 'always';
  readonly logLevel: LogLevel;
  readonly defaultMaxOutput: number | 'model';
  readonly corsOrigins: readonly string[];
  readonly spendingRoleArn?: string;
  readonly openai?: OpenAiConfig;
  /** The name of the SSM parameter that holds further entries of `models`. */
  readonly modelsParameter?: string;
  /** Present where the stack issues API keys of its own. */
  readonly gatewayKeys?: KeyVariables;
  /** The name of the DynamoDB table in which requests are counted; absent where none are. */
  readonly usageTable?: string;
  /** ARN of the SNS topic that spend alerts are sent to. */
  readonly alertTopicArn?: string;
  /** The name of the S3 bucket in which files are kept; absent where none are. */
  readonly storageBucket?: string;
  /** The URL of the REST API's stage, such as `https://abc123.execute-api.us-east-1.amazonaws.com/v1`; for an MCP server without a domain. */
  readonly stageUrl?: string;
  /** Whether there is no way to the internet, so that no URL of a caller can be fetched. */
  readonly isPrivate?: boolean;
  /** The stack's namespace of metrics in CloudWatch; absent where the functions write none. */
  readonly metricsNamespace?: string;
  /** AWS's own variables for other endpoints, which every AWS client honours; absent in a deployed stack. */
  readonly endpoints: Endpoints;
  /** What Lambda itself sets: where the function runs, and the credentials of its own role. */
  readonly region: string;
  readonly role: RoleCredentials;
}

/** The OpenAI-compatible server that `openai:` targets are sent to. */
export interface OpenAiConfig {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly secretArn: string;
  readonly timeoutMs: number;
  /** Whether the server may be sent URLs of callers, which it then fetches itself. */
  readonly fetchesUrls?: boolean;
}

/** `AWS_ENDPOINT_URL_…` of the services that the gateway calls. */
export interface Endpoints {
  readonly runtime?: string;
  readonly control?: string;
  readonly mantle?: string;
  readonly sagemaker?: string;
  readonly sts?: string;
  readonly secretsManager?: string;
  readonly ssm?: string;
  readonly dynamodb?: string;
  readonly cognito?: string;
  readonly sns?: string;
  readonly s3?: string;
}

/**
 * Credentials of the function's own role. It may write logs, assume the spending role, read one secret and one parameter, read
 * the key table, update the usage table, and use the objects of one bucket, as needed; the role of the function that manages keys may also write the key table and the user pool.
 */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Reads the environment. Throws, naming the variable, when the function was deployed without it: nothing is guessed. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const spendingRoleArn = env['SPENDING_ROLE_ARN'];
  const openai = openAi(env);
  const modelsParameter = env['MODELS_PARAMETER'];
  const keys = gatewayKeys(env);
  const usageTable = env['USAGE_TABLE'];
  const alertTopicArn = env['ALERT_TOPIC_ARN'];
  const storageBucket = env['STORAGE_BUCKET'];
  const stageUrl = env['STAGE_URL'];
  const metricsNamespace = env['METRICS_NAMESPACE'];
  return {
    bedrockRegions: regions(required(env, 'BEDROCK_REGIONS')),
    failoverRegions: list(env['BEDROCK_FAILOVER_REGIONS'] ?? ''),
    bedrockKeys: bedrockKeys(required(env, 'BEDROCK_KEYS')),
    ...(env['BEDROCK_MANTLE'] === 'true' && { bedrockMantle: true }),
    promptCaching: promptCaching(required(env, 'PROMPT_CACHING')),
    logLevel: logLevel(env['GATEWAY_LOG_LEVEL']),
    defaultMaxOutput: defaultMaxOutput(env['DEFAULT_MAX_OUTPUT']),
    // Its usual value is empty, and whether Lambda keeps a variable that is empty is not documented.
    corsOrigins: list(env['CORS_ORIGINS'] ?? ''),
    ...(spendingRoleArn && { spendingRoleArn }),
    ...(openai && { openai }),
    ...(modelsParameter && { modelsParameter }),
    ...(keys && { gatewayKeys: keys }),
    ...(usageTable && { usageTable }),
    ...(alertTopicArn && { alertTopicArn }),
    ...(storageBucket && { storageBucket }),
    ...(stageUrl && { stageUrl }),
    ...(env['PRIVATE_NETWORK'] === 'true' && { isPrivate: true }),
    ...(metricsNamespace && { metricsNamespace }),
    endpoints: endpoints(env),
    region: env['AWS_REGION'] ?? '',
    role: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
    },
  };
}

/** AWS's own names of the services, behind `AWS_ENDPOINT_URL_`. */
const endpointVariables = {
  runtime: 'BEDROCK_RUNTIME',
  control: 'BEDROCK',
  mantle: 'BEDROCK_MANTLE',
  sagemaker: 'SAGEMAKER_RUNTIME',
  sts: 'STS',
  secretsManager: 'SECRETS_MANAGER',
  ssm: 'SSM',
  dynamodb: 'DYNAMODB',
  cognito: 'COGNITO_IDENTITY_PROVIDER',
  sns: 'SNS',
  s3: 'S3',
} as const satisfies Record<keyof Endpoints, string>;

function endpoints(env: Readonly<Record<string, string | undefined>>): Endpoints {
  const given = Object.entries(endpointVariables).flatMap(([service, variable]) => {
    const url = env[`AWS_ENDPOINT_URL_${variable}`];
    return url ? [[service, url] as const] : [];
  });
  return Object.fromEntries(given);
}

/** Ten minutes: as long as OpenAI's own clients wait by default. The edge's deadlines end most calls before. */
const defaultTimeoutSeconds = 600;

function openAi(env: Readonly<Record<string, string | undefined>>): OpenAiConfig | undefined {
  const baseUrl = env['OPENAI_BASE_URL'];
  const secretArn = env['OPENAI_KEY_ARN'];
  if (!baseUrl || !secretArn) return undefined;
  const seconds = Number(env['OPENAI_TIMEOUT_SECONDS'] ?? defaultTimeoutSeconds);
  if (!Number.isInteger(seconds) || seconds < 1) throw invalid('OPENAI_TIMEOUT_SECONDS', 'a whole number of seconds');
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    secretArn,
    timeoutMs: seconds * 1_000,
    ...(env['OPENAI_FETCHES_URLS'] === 'true' && { fetchesUrls: true }),
  };
}

const keyVariables = ['KEY_STACK', 'KEY_TABLE', 'USER_POOL_ID', 'ADMIN_KEY_SHA256', 'ADMIN_KEY_GENERATION'] as const;

/** The variables of gateway keys as they are: keys/settings.ts checks them, and no start of a stack without them should load it. */
export type KeyVariables = { readonly [Name in (typeof keyVariables)[number]]?: string | undefined };

/** The variables of gateway keys; undefined where none is set. */
function gatewayKeys(env: Readonly<Record<string, string | undefined>>): KeyVariables | undefined {
  const isSet = keyVariables.some((name) => env[name]);
  return isSet ? Object.fromEntries(keyVariables.map((name) => [name, env[name]])) : undefined;
}

/** What `catalog.json` beside the bundle holds, still to be checked. */
export function readCatalog(folder: string): unknown {
  // The ESM form of node:fs reads every export, which takes some milliseconds of a cold start.
  const { readFileSync } = process.getBuiltinModule('node:fs');
  return JSON.parse(readFileSync(join(folder, 'catalog.json'), 'utf8'));
}

function required(env: Readonly<Record<string, string | undefined>>, name: keyof Environment): string {
  const value = env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is missing: deploy the stack again.`);
  return value;
}

function invalid(name: keyof Environment, expected: string): Error {
  return new Error(`${name} must be ${expected}: deploy the stack again.`);
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function regions(text: string): [string, ...string[]] {
  const [first, ...others] = list(text);
  if (first === undefined) throw new Error('BEDROCK_REGIONS names no region: deploy the stack again.');
  return [first, ...others];
}

function bedrockKeys(text: string): Config['bedrockKeys'] {
  return text === 'any' || text === 'none' ? text : list(text);
}

function promptCaching(text: string): Config['promptCaching'] {
  if (text === 'off' || text === 'auto' || text === 'always') return text;
  throw invalid('PROMPT_CACHING', 'off, auto or always');
}

function logLevel(text = 'info'): LogLevel {
  if (text === 'error' || text === 'warn' || text === 'info' || text === 'debug') return text;
  throw invalid('GATEWAY_LOG_LEVEL', 'error, warn, info or debug');
}

/** Four times what Bedrock gives without a limit; more would reserve more of the quota than most answers need. */
const usualMaxOutput = 16_384;

function defaultMaxOutput(text: string | undefined): Config['defaultMaxOutput'] {
  if (text === undefined) return usualMaxOutput;
  if (text === 'model') return text;
  const tokens = Number(text);
  if (Number.isInteger(tokens) && tokens > 0) return tokens;
  throw invalid('DEFAULT_MAX_OUTPUT', 'a number of tokens, or model');
}
