import * as pulumi from '@pulumi/pulumi';

import type { Catalog } from '../function/catalog/catalog.ts';
import type { Environment, LogLevel } from '../function/config.ts';
import type { AlarmSettings } from './alarms.ts';
import type { CanaryConfig } from './settings/canary.ts';
import { conflicts } from './settings/conflicts.ts';
import { readConfigValues } from './settings/config-values.ts';
import type { ConfigValues } from './settings/config-values.ts';
import { productName } from './settings/own-keys.ts';
import type { StackConfig } from './settings/own-keys.ts';
import { gatewayKeySettings } from './settings/gateway-keys.ts';
import type { GatewayKeySettings } from './settings/gateway-keys.ts';
import { userPoolsOf } from './settings/jwt.ts';
import { countsUsage } from './settings/limits.ts';
import type { McpConfig } from './settings/mcp.ts';
import { metricsSettings } from './settings/metrics.ts';
import type { MetricsConfig } from './settings/metrics.ts';
import type { PrivateNetworkConfig } from './settings/private-network.ts';
import type { PerFunction, Throttle } from './settings/keys.ts';
import { spendingSettings } from './settings/spending.ts';
import type { SpendingSettings } from './settings/spending.ts';
import type { StorageConfig } from './settings/storage.ts';

/** The gateway's own host name, with its DNS zone and certificate. */
export interface DomainSettings {
  readonly host: string;
  /** The Route 53 zone for the records, by id or by name; undefined if the stack writes none. */
  readonly zone: { readonly id: string } | { readonly name: string } | undefined;
  readonly certificateArn: string | undefined;
}

/** The settings of a stack, read and checked. */
export interface Settings {
  readonly region: string;
  readonly domain: DomainSettings | undefined;
  readonly streaming: boolean;
  readonly cors: readonly string[];
  readonly throttle: Throttle | undefined;
  readonly logRetentionDays: number;
  readonly logLevel: LogLevel;
  readonly runtime: 'nodejs22.x' | 'nodejs24.x';
  readonly memory: number;
  readonly reservedConcurrency: PerFunction;
  readonly provisionedConcurrency: PerFunction;
  /** A roll-out in part; undefined if the newest versions get all requests. */
  readonly canary: CanaryConfig | undefined;
  /** What the functions write metrics of; undefined if they write none. */
  readonly metrics: MetricsConfig | undefined;
  readonly dashboard: boolean;
  /** The alarms of the stack; undefined if it has none. */
  readonly alarms: AlarmSettings | undefined;
  /** Addresses that the stack's own topic writes to. */
  readonly alarmEmails: readonly string[];
  /** A topic that alarms are sent to instead of the stack's own. */
  readonly alarmTopicArn: string | undefined;
  /** The KMS key of the stack's own topic. */
  readonly alarmKmsKeyArn: string | undefined;
  readonly tracing: boolean;
  readonly restAccessLogs: boolean;
  /** What the stack pays for on AWS by a role of its own; undefined if it pays for nothing there. */
  readonly spending: SpendingSettings | undefined;
  /** The secret that the functions may read: the key of the OpenAI-compatible backend. */
  readonly secretArn: string | undefined;
  /** The SSM parameter that the functions may read: further names of models. */
  readonly modelsParameter: string | undefined;
  /** Ids of user pools of Amazon Cognito whose tokens are accepted. */
  readonly userPools: readonly string[];
  /** What the stack issues API keys with; undefined if it issues none. */
  readonly gatewayKeys: GatewayKeySettings | undefined;
  /** Whether requests are counted, for limits, usage and spending. */
  readonly countsUsage: boolean;
  /** Whether AWS refuses to delete the tables and the user pool. */
  readonly deletionProtection: boolean;
  /** How the stack stores files; undefined if it stores none. */
  readonly storage: StorageConfig | undefined;
  /** The VPC in which the functions run; undefined for Lambda's own network. */
  readonly privateNetwork: PrivateNetworkConfig | undefined;
  /** The MCP server; undefined if the gateway is none. */
  readonly mcp: McpConfig | undefined;
  /** Environment of the functions, without the variables that are known only after a deployment. */
  readonly environment: Environment;
  /** The catalog, which is deployed beside the functions' code. */
  readonly catalog: Catalog;
}

/** Reads the config of a project's stack, whose name becomes a part of gateway keys. Throws one error that Pulumi shows as text, with each problem, its key and its fix. */
export function readSettings(config: StackConfig, project = productName, stack = 'dev'): Settings {
  const { values, own, problems, unread } = readConfigValues(config, project);
  const all = [...problems, ...conflicts(values, stack, unread).map((advice) => advice.replace(/^\w+/, own.full))];
  // The engine shows the message of this error without a stack trace.
  if (all.length > 0)
    throw new pulumi.RunError(own.addressed(["The stack's config needs a change:", ...all].join('\n- ')));
  return toSettings(values, stack);
}

function toSettings(values: ConfigValues, stack: string): Settings {
  const {
    models,
    allowUnmappedBedrockModels,
    callers,
    callersMaySet,
    guardrail,
    chatTemplates,
    openaiFields,
    jwt,
    limits,
    prices,
    storage,
    mcp,
  } = values;
  const gatewayKeys = gatewayKeySettings(values, stack);
  const domain = domainSettings(values);
  const metrics = metricsSettings(values);
  return {
    ...values,
    domain,
    metrics,
    dashboard: values.dashboard && metrics !== undefined,
    alarms: values.alarms ? { latencySeconds: values.latencyAlarm, dailyCost: values.dailyCostAlarm } : undefined,
    spending: spendingSettings(values),
    secretArn: values.openaiKeyArn,
    userPools: userPoolsOf(jwt),
    gatewayKeys,
    countsUsage: countsUsage(values),
    environment: functionEnvironment(values, gatewayKeys),
    catalog: {
      models,
      allowUnmappedBedrockModels,
      callers,
      callersMaySet,
      ...(jwt.length > 0 && { jwt }),
      ...(values.isSet('limits') && { limits }),
      ...(Object.keys(prices).length > 0 && { prices }),
      ...(storage && { storage: functionStorage(storage) }),
      ...(mcp && { mcp: { ...(domain && { origin: `https://${domain.host}` }), ...mcp } }),
      ...(guardrail && { guardrail }),
      chatTemplates,
      ...(openaiFields && { openaiFields }),
    },
  };
}

/** What the functions need to know of storage: the rest is in the bucket and in their rights. */
function functionStorage({ kmsKeyArn: _key, deletionProtection: _protection, ...settings }: StorageConfig) {
  return settings;
}

function functionEnvironment(values: ConfigValues, gatewayKeys: Settings['gatewayKeys']): Environment {
  const { bedrockKeys, modelsParameter, openaiKeyArn } = values;
  const projects = metricsSettings(values)?.projects ?? [];
  return {
    BEDROCK_REGIONS: values.bedrockRegions.join(','),
    ...(values.failoverRegions.length > 0 && { BEDROCK_FAILOVER_REGIONS: values.failoverRegions.join(',') }),
    ...(values.bedrockMantle && { BEDROCK_MANTLE: 'true' }),
    BEDROCK_KEYS: typeof bedrockKeys === 'string' ? bedrockKeys : bedrockKeys.join(','),
    PROMPT_CACHING: values.promptCaching,
    ...(values.logLevel !== 'info' && { GATEWAY_LOG_LEVEL: values.logLevel }),
    ...(values.defaultMaxOutput !== undefined && { DEFAULT_MAX_OUTPUT: String(values.defaultMaxOutput) }),
    CORS_ORIGINS: values.cors.join(','),
    ...(modelsParameter !== undefined && { MODELS_PARAMETER: modelsParameter }),
    ...(values.privateNetwork !== undefined && !values.privateNetwork.own && { PRIVATE_NETWORK: 'true' }),
    ...(projects.length > 0 && { METRICS_PROJECTS: projects.join(',') }),
    ...(gatewayKeys && {
      KEY_STACK: gatewayKeys.stack,
      ADMIN_KEY_GENERATION: String(gatewayKeys.adminGeneration),
    }),
    // The rules between keys ensure that the secret is set exactly if a target needs it.
    ...(openaiKeyArn !== undefined && {
      OPENAI_BASE_URL: values.openaiBaseUrl,
      OPENAI_KEY_ARN: openaiKeyArn,
      OPENAI_TIMEOUT_SECONDS: String(values.openaiTimeoutSeconds),
      ...(values.openaiFetchesUrls && { OPENAI_FETCHES_URLS: 'true' }),
    }),
  };
}

function domainSettings(values: ConfigValues): DomainSettings | undefined {
  if (values.domain === undefined) return undefined;
  const { hostedZoneId, dns, certificateArn } = values;
  const zone = hostedZoneId === undefined ? { name: values.domain } : { id: hostedZoneId };
  return { host: `${values.subdomain}.${values.domain}`, zone: dns ? zone : undefined, certificateArn };
}
