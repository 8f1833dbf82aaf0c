import * as pulumi from '@pulumi/pulumi';

import type { Catalog } from '../function/catalog/catalog.ts';
import type { Environment, LogLevel } from '../function/config.ts';
import { conflicts } from './settings/conflicts.ts';
import { readKeys } from './settings/given.ts';
import type { Given } from './settings/given.ts';
import { PRODUCT } from './settings/own-keys.ts';
import type { StackConfig } from './settings/own-keys.ts';
import type { PerFunction, Throttle } from './settings/keys.ts';
import { spending } from './settings/spending.ts';
import type { SpendingSettings } from './settings/spending.ts';

/** The gateway's own host name, and who holds what it needs. */
export interface DomainSettings {
  readonly host: string;
  /** Where the records go: a Route53 zone of this id, one found by this name, or nowhere. */
  readonly zone: { readonly id: string } | { readonly name: string } | undefined;
  readonly certificateArn: string | undefined;
}

/** Everything that can be said about a stack, read and checked. */
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
  readonly tracing: boolean;
  readonly restAccessLogs: boolean;
  /** What the stack pays on AWS by a role of its own; undefined where it pays nothing there. */
  readonly spending: SpendingSettings | undefined;
  /** The secret that the functions may read: the key of the OpenAI-compatible backend. */
  readonly secretArn: string | undefined;
  /** The SSM parameter that the functions may read: further names of models. */
  readonly modelsParameter: string | undefined;
  /** What the functions find in their environment, but for what only the deployment knows. */
  readonly environment: Environment;
  /** What the functions find beside their code. */
  readonly catalog: Catalog;
}

/** Reads the config of a project's stack, the only place that does. What is wrong is told all at once, each with its key and its fix. */
export function readSettings(config: StackConfig, project = PRODUCT): Settings {
  const { given, own, problems } = readKeys(config, project);
  // Rules between keys make sense only of values that are right by themselves.
  const all = problems.length > 0 ? problems : conflicts(given).map((advice) => advice.replace(/^\w+/, own.full));
  // Of this error the engine shows the message alone, without a stack that would say nothing more.
  if (all.length > 0)
    throw new pulumi.RunError(own.addressed(["The stack's config needs a change:", ...all].join('\n- ')));
  return settings(given);
}

function settings(given: Given): Settings {
  const { models, allowUnmappedBedrockModels, callers, callersMaySet, guardrail, chatTemplates, openaiFields } = given;
  return {
    ...given,
    domain: domain(given),
    spending: spending(given),
    secretArn: given.openaiKeyArn,
    environment: environment(given),
    catalog: {
      models,
      allowUnmappedBedrockModels,
      callers,
      callersMaySet,
      ...(guardrail && { guardrail }),
      chatTemplates,
      ...(openaiFields && { openaiFields }),
    },
  };
}

function environment(given: Given): Environment {
  const { bedrockKeys, modelsParameter, openaiKeyArn } = given;
  return {
    BEDROCK_REGIONS: given.bedrockRegions.join(','),
    ...(given.failoverRegions.length > 0 && { BEDROCK_FAILOVER_REGIONS: given.failoverRegions.join(',') }),
    BEDROCK_KEYS: typeof bedrockKeys === 'string' ? bedrockKeys : bedrockKeys.join(','),
    PROMPT_CACHING: given.promptCaching,
    ...(given.logLevel !== 'info' && { GATEWAY_LOG_LEVEL: given.logLevel }),
    ...(given.defaultMaxOutput !== undefined && { DEFAULT_MAX_OUTPUT: String(given.defaultMaxOutput) }),
    CORS_ORIGINS: given.cors.join(','),
    ...(modelsParameter !== undefined && { MODELS_PARAMETER: modelsParameter }),
    // The rules between keys have seen to it that the secret is there exactly where a target needs it.
    ...(openaiKeyArn !== undefined && {
      OPENAI_BASE_URL: given.openaiBaseUrl,
      OPENAI_KEY_ARN: openaiKeyArn,
      OPENAI_TIMEOUT_SECONDS: String(given.openaiTimeoutSeconds),
      ...(given.openaiFetchesUrls && { OPENAI_FETCHES_URLS: 'true' }),
    }),
  };
}

function domain(given: Given): DomainSettings | undefined {
  if (given.domain === undefined) return undefined;
  const { hostedZoneId, dns, certificateArn } = given;
  const zone = hostedZoneId === undefined ? { name: given.domain } : { id: hostedZoneId };
  return { host: `${given.subdomain}.${given.domain}`, zone: dns ? zone : undefined, certificateArn };
}
