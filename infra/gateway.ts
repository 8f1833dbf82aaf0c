import * as pulumi from '@pulumi/pulumi';

import { Alarms } from './alarms.ts';
import { AlertTopic, StoreAlarm } from './alerts.ts';
import { Dashboard } from './dashboard.ts';
import { Domain } from './domain.ts';
import type { DnsTarget, Mapping } from './domain.ts';
import { GatewayFunction } from './function.ts';
import { HttpApi, httpTimeoutSeconds } from './http-api.ts';
import { KeyStore } from './keys.ts';
import type { KeyUse } from './keys.ts';
import { physicalName } from './naming.ts';
import { PrivateNetwork } from './private-network/private-network.ts';
import type { FunctionVpc } from './private-network/private-network.ts';
import { SavedQueries } from './queries.ts';
import type { Settings } from './settings.ts';
import { SpendingRole } from './spending-role.ts';
import { FileStore } from './storage.ts';
import { StreamApi, streamTimeoutSeconds } from './stream-api.ts';
import { UsageStore } from './usage.ts';

/**
 * Paths of the operations whose answers may be longer than 30 s or larger than 6 MB, as mapping keys of the domain: they go to
 * the REST API. A key matches every path that begins with it, so no key may be the beginning of another operation's path,
 * except for `model`, which also matches `/models`: its answers are small, and either API can serve them.
 */
export const streamedPaths = [
  'v1/chat/completions',
  'v1/completions',
  'v1/embeddings',
  'v1/responses',
  'v1/messages',
  'model',
  'openai/v1/chat/completions',
  'openai/v1/completions',
  'openai/v1/embeddings',
  'openai/v1/responses',
  'openai/v1/messages',
  'openai/deployments',
  'chat/completions',
  'completions',
  'embeddings',
  'responses',
] as const;

/** Paths of files, uploads and conversations, as mapping keys, in a stack that stores them: what is sent and answered may be large. */
export const storagePaths = [
  'v1/files',
  'v1/uploads',
  'v1/conversations',
  'openai/v1/files',
  'openai/v1/uploads',
  'openai/v1/conversations',
  'files',
  'uploads',
  'conversations',
] as const;

/** The mapping key of the MCP server, whose tools answer as long as the models take. */
export const mcpPath = 'mcp';

/** Arguments of the whole gateway. */
export interface GatewayArgs {
  readonly settings: Settings;
  /** The Route 53 zone for the domain's records; undefined if the stack writes none. */
  readonly zoneId: pulumi.Input<string> | undefined;
  /** The code archive of both functions: the bundle and the catalog. */
  readonly code: pulumi.Input<pulumi.asset.Archive>;
}

/** The whole gateway: the functions, an API in front of each, and the domain in front of the APIs. */
export class Gateway extends pulumi.ComponentResource {
  /** The base URL for OpenAI clients. */
  readonly baseUrl: pulumi.Output<string>;
  readonly functionNames: Record<string, pulumi.Output<string>>;
  readonly logGroups: Record<string, pulumi.Output<string>>;
  /** The version of each function that gets requests, or during a canary most of them. */
  readonly liveVersions: Record<string, pulumi.Output<string>>;
  /** The target of the host's DNS record, which the user writes with `dns: false`; undefined without a domain. */
  readonly dnsTarget: pulumi.Output<DnsTarget> | undefined;
  /** The role that pays for calls on AWS; undefined if the stack pays for none. */
  readonly spendingRoleArn: pulumi.Output<string> | undefined;
  /** The first admin key, encrypted in the state; undefined if the stack issues no keys. */
  readonly adminKey: pulumi.Output<string> | undefined;
  /** The SNS topic of the stack that spend alerts and alarms are sent to; undefined if there are neither, or alarms go elsewhere. */
  readonly alertTopicArn: pulumi.Output<string> | undefined;
  /** The name of the dashboard in CloudWatch; undefined if there is none. */
  readonly dashboardName: pulumi.Output<string> | undefined;

  constructor(name: string, args: GatewayArgs, options?: pulumi.ComponentResourceOptions) {
    // The URNs of everything within begin with this type: another name would replace it all.
    super('bedrock-gateway:infra:BedrockGateway', name, {}, options);
    const { settings, zoneId } = args;
    const { domain } = settings;
    // The functions name the role that pays, and its trust policy names theirs: one of the names must be set later.
    const [spendingRoleArn, resolve] = settings.spending ? pulumi.deferredOutput<string>() : [];
    // MCP's metadata names the API, which is called by the function that serves it.
    const [stageUrl, resolveStageUrl] = settings.mcp && !domain ? pulumi.deferredOutput<string>() : [];
    const { deletionProtection } = settings;
    const keyArgs = settings.gatewayKeys && { ...settings.gatewayKeys, deletionProtection };
    const keyStore = keyArgs && new KeyStore(`${name}-keys`, keyArgs, { parent: this });
    const usage = settings.countsUsage
      ? new UsageStore(`${name}-usage`, { deletionProtection }, { parent: this })
      : undefined;
    const alerts = this.alertTopic(`${name}-alerts`, settings);
    const storage = settings.storage && new FileStore(`${name}-storage`, settings.storage, { parent: this });
    const { privateNetwork } = settings;
    const network =
      privateNetwork && !privateNetwork.own
        ? new PrivateNetwork(`${name}-network`, { network: privateNetwork, region: settings.region }, { parent: this })
        : undefined;
    const vpc = network?.forFunctions ?? ownVpc(settings);
    const stores = { keyStore, usage, alerts: keyStore && alerts, storage };
    const functionArgs = { ...args, ...stores, spendingRoleArn, stageUrl, vpc };
    // Without a domain there is only the REST API, without streaming only the HTTP API; an API that is left out needs no function.
    const buffered = domain && this.backend(name, 'buffered', functionArgs);
    const streaming = settings.streaming ? this.backend(name, 'streaming', functionArgs) : undefined;
    this.spendingRoleArn = this.spendingRole(name, functionArgs, { buffered, streaming })?.roleArn;
    if (this.spendingRoleArn) resolve?.(this.spendingRoleArn);
    const functionRoleArns = roleArns({ buffered, streaming });
    network?.connect({ settings, functionRoleArns, spendingRoleArn: this.spendingRoleArn, ...stores });
    const http = buffered && new HttpApi(`${name}-http-api`, { backend: buffered, settings }, { parent: this });
    const stream = streaming && new StreamApi(`${name}-stream-api`, { backend: streaming, settings }, { parent: this });
    if (stream) resolveStageUrl?.(stream.futureUrl);
    const mappings = [
      ...(http ? [mapping('', http)] : []),
      ...(stream ? restPaths(settings).map((key) => mapping(key, stream)) : []),
    ];
    const front = domain && new Domain(`${name}-domain`, { domain, zoneId, mappings }, { parent: this });
    this.baseUrl = pulumi.output(domain ? `https://${domain.host}/v1` : (stream?.url ?? noAddress()));
    this.dnsTarget = front?.target;
    this.adminKey = keyStore?.adminKey;
    this.alertTopicArn = alerts?.topicArn;
    this.functionNames = definedEntries({ buffered: buffered?.functionName, streaming: streaming?.functionName });
    this.liveVersions = definedEntries({ buffered: buffered?.liveVersion, streaming: streaming?.liveVersion });
    this.logGroups = definedEntries({
      buffered: buffered?.logGroupName,
      streaming: streaming?.logGroupName,
      httpApi: http?.logGroupName,
      streamApi: stream?.logGroupName,
    });
    const functionLogs = definedEntries({ buffered: buffered?.logGroupName, streaming: streaming?.logGroupName });
    const hasStores = usage !== undefined || storage !== undefined;
    const alarms = this.alarms(name, { settings, alerts, functionLogs, hasStores });
    this.dashboardName = this.dashboard(name, settings, alarms);
    if (settings.metrics) new SavedQueries(`${name}-queries`, functionLogs, { parent: this });
    this.registerOutputs({ baseUrl: this.baseUrl, functionNames: this.functionNames, logGroups: this.logGroups });
  }

  private backend(name: string, entry: keyof typeof timeouts, args: FunctionArgs): GatewayFunction {
    const { settings, code, spendingRoleArn, keyStore, usage, alerts, storage, stageUrl, vpc } = args;
    const keys = keyStore && { store: keyStore, use: keyUse(entry, settings) };
    const all = { entry, code, settings, spendingRoleArn, keys, usage, alerts, storage, stageUrl, vpc };
    return new GatewayFunction(`${name}-${entry}`, { ...all, timeoutSeconds: timeouts[entry] }, { parent: this });
  }

  private alertTopic(name: string, settings: Settings): AlertTopic | undefined {
    const { gatewayKeys, alarms, alarmTopicArn, alarmEmails: emails, alarmKmsKeyArn: kmsKeyArn } = settings;
    // Only projects have spend alerts, and only gateway keys come with projects.
    const isNeeded = gatewayKeys !== undefined || (alarms !== undefined && alarmTopicArn === undefined);
    return isNeeded ? new AlertTopic(name, { emails, kmsKeyArn }, { parent: this }) : undefined;
  }

  /** Declares the alarms, and returns the ARNs of those that tell somebody. */
  private alarms(name: string, args: WatchedArgs): pulumi.Output<string>[] {
    const { settings, alerts, functionLogs: logGroups, hasStores } = args;
    const topicArn = settings.alarmTopicArn ?? alerts?.topicArn;
    if (settings.alarms === undefined || topicArn === undefined) return [];
    const { functionNames } = this;
    const watched = { settings: settings.alarms, namespace: namespaceOf(settings), functionNames, topicArn };
    const { arns } = new Alarms(`${name}-alarms`, watched, { parent: this });
    if (!hasStores) return [...arns];
    return [...arns, new StoreAlarm(`${name}-store-alarm`, { logGroups, topicArn }, { parent: this }).arn];
  }

  private dashboard(
    name: string,
    settings: Settings,
    alarms: readonly pulumi.Output<string>[],
  ): pulumi.Output<string> | undefined {
    const namespace = namespaceOf(settings);
    if (!settings.dashboard || namespace === undefined) return undefined;
    const { region, metrics } = settings;
    const hasProjects = metrics !== undefined && metrics.projects.length > 0;
    const args = { region, namespace, functionNames: this.functionNames, alarms, hasProjects };
    return new Dashboard(`${name}-dashboard`, args, { parent: this }).dashboardName;
  }

  private spendingRole(
    name: string,
    { settings: { spending, region }, storage }: FunctionArgs,
    functions: Readonly<Record<string, GatewayFunction | undefined>>,
  ): SpendingRole | undefined {
    if (spending === undefined) return undefined;
    const functionRoleArns = roleArns(functions);
    return new SpendingRole(`${name}-spending-role`, { spending, region, functionRoleArns, storage }, { parent: this });
  }
}

interface WatchedArgs {
  readonly settings: Settings;
  readonly alerts: AlertTopic | undefined;
  /** Log groups of the functions by their entry. */
  readonly functionLogs: Readonly<Record<string, pulumi.Output<string>>>;
  readonly hasStores: boolean;
}

/** The namespace of the stack's metrics; undefined if its functions write none. */
function namespaceOf({ metrics }: Settings): string | undefined {
  return metrics && physicalName('metrics');
}

interface FunctionArgs extends GatewayArgs {
  readonly spendingRoleArn: pulumi.Output<string> | undefined;
  readonly keyStore: KeyStore | undefined;
  readonly usage: UsageStore | undefined;
  readonly alerts: AlertTopic | undefined;
  readonly storage: FileStore | undefined;
  readonly stageUrl: pulumi.Output<string> | undefined;
  readonly vpc: FunctionVpc | undefined;
}

/** ARNs of the roles of functions. */
function roleArns(functions: Readonly<Record<string, GatewayFunction | undefined>>): pulumi.Output<string>[] {
  return Object.values(functions).flatMap((each) => (each ? [each.roleArn] : []));
}

/** The VPC that the config names; undefined if it names none. */
function ownVpc({ privateNetwork }: Settings): FunctionVpc | undefined {
  const { own } = privateNetwork ?? {};
  return own && { subnetIds: [...own.subnetIds], securityGroupIds: [...own.securityGroupIds] };
}

/** Keys are managed below `/v1/organization`, which goes to the HTTP API, and to the REST API where there is no other. */
function keyUse(entry: keyof typeof timeouts, { domain }: Settings): KeyUse {
  return entry === (domain === undefined ? 'streaming' : 'buffered') ? 'manage' : 'check';
}

/** Timeouts of the functions in seconds: those of their APIs. The app's own deadline is earlier, so that it can still answer. */
const timeouts = { buffered: httpTimeoutSeconds, streaming: streamTimeoutSeconds } as const;

/** The mapping keys of the REST API. */
function restPaths({ storage, mcp }: Settings): readonly string[] {
  return [...streamedPaths, ...(storage === undefined ? [] : storagePaths), ...(mcp === undefined ? [] : [mcpPath])];
}

function mapping(key: string, { apiId, stageName }: Omit<Mapping, 'key'>): Mapping {
  return { key, apiId, stageName };
}

function noAddress(): never {
  throw new Error('a gateway with neither a domain nor streaming has no address: the settings refuse it');
}

/** The entries of a record that are not undefined. */
function definedEntries<T>(entries: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
