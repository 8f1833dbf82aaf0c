import * as pulumi from '@pulumi/pulumi';

import { Domain } from './domain.ts';
import type { DnsTarget, Mapping } from './domain.ts';
import { GatewayFunction } from './function.ts';
import { HTTP_TIMEOUT_SECONDS, HttpApi } from './http-api.ts';
import type { Settings } from './settings.ts';
import { SpendingRole } from './spending-role.ts';
import { STREAM_TIMEOUT_SECONDS, StreamApi } from './stream-api.ts';

/**
 * The operations whose answers may be long or large (over 30 s or 6 MB), by every path that they have, as keys of the domain:
 * they go to the REST API. A key matches as the beginning of a string, so none may be the beginning of another operation's
 * path; only `/models`, which `model` takes too, is short and may land on either API.
 */
export const streamedPaths = [
  'v1/chat/completions',
  'v1/completions',
  'v1/embeddings',
  'model',
  'openai/v1/chat/completions',
  'openai/v1/completions',
  'openai/v1/embeddings',
  'openai/deployments',
  'chat/completions',
  'completions',
  'embeddings',
] as const;

/** What a gateway is made of. */
export interface BedrockGatewayArgs {
  readonly settings: Settings;
  /** The Route53 zone for the domain's records; undefined where the stack writes none. */
  readonly zoneId: string | undefined;
  /** The code archive of both functions: the bundle and the catalog. */
  readonly code: pulumi.Input<pulumi.asset.Archive>;
}

/** The whole gateway: the functions, an API before each of them, and the domain before those. */
export class BedrockGateway extends pulumi.ComponentResource {
  /** What OpenAI's clients call the base URL. */
  readonly baseUrl: pulumi.Output<string>;
  readonly functionNames: Record<string, pulumi.Output<string>>;
  readonly logGroups: Record<string, pulumi.Output<string>>;
  /** Where the host's DNS record points, or has to where the stack does not write it; undefined without a domain. */
  readonly dnsTarget: pulumi.Output<DnsTarget> | undefined;
  /** The role that pays for what the stack pays on AWS, where it pays anything. */
  readonly spendingRoleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: BedrockGatewayArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:BedrockGateway', name, {}, options);
    const { settings, zoneId } = args;
    const { domain } = settings;
    // The functions name the role that pays, and its trust names theirs: one of the two has to be told later.
    const [spendingRoleArn, resolve] = settings.spending ? pulumi.deferredOutput<string>() : [];
    const functionArgs = { ...args, spendingRoleArn };
    // Without a domain the REST API is alone, without streaming the HTTP API is; and no function is made for nothing.
    const buffered = domain && this.backend(name, 'buffered', functionArgs);
    const streaming = settings.streaming ? this.backend(name, 'streaming', functionArgs) : undefined;
    this.spendingRoleArn = this.spendingRole(name, settings, { buffered, streaming })?.roleArn;
    if (this.spendingRoleArn) resolve?.(this.spendingRoleArn);
    const http = buffered && new HttpApi(`${name}-http-api`, { backend: buffered, settings }, { parent: this });
    const stream = streaming && new StreamApi(`${name}-stream-api`, { backend: streaming, settings }, { parent: this });
    const mappings = [
      ...(http ? [mapping('', http)] : []),
      ...(stream ? streamedPaths.map((key) => mapping(key, stream)) : []),
    ];
    const front = domain && new Domain(`${name}-domain`, { domain, zoneId, mappings }, { parent: this });
    this.baseUrl = pulumi.output(domain ? `https://${domain.host}/v1` : (stream?.url ?? nowhere()));
    this.dnsTarget = front?.target;
    this.functionNames = present({ buffered: buffered?.functionName, streaming: streaming?.functionName });
    this.logGroups = present({
      buffered: buffered?.logGroupName,
      streaming: streaming?.logGroupName,
      httpApi: http?.logGroupName,
      streamApi: stream?.logGroupName,
    });
    this.registerOutputs({ baseUrl: this.baseUrl, functionNames: this.functionNames, logGroups: this.logGroups });
  }

  private backend(name: string, entry: keyof typeof timeouts, args: FunctionArgs): GatewayFunction {
    const { settings, code, spendingRoleArn } = args;
    const all = { entry, code, settings, spendingRoleArn, timeoutSeconds: timeouts[entry] };
    return new GatewayFunction(`${name}-${entry}`, all, { parent: this });
  }

  private spendingRole(
    name: string,
    { spending, region }: Settings,
    functions: Readonly<Record<string, GatewayFunction | undefined>>,
  ): SpendingRole | undefined {
    if (spending === undefined) return undefined;
    const functionRoleArns = Object.values(functions).flatMap((each) => (each ? [each.roleArn] : []));
    return new SpendingRole(`${name}-spending-role`, { spending, region, functionRoleArns }, { parent: this });
  }
}

interface FunctionArgs extends BedrockGatewayArgs {
  readonly spendingRoleArn: pulumi.Output<string> | undefined;
}

/** As long as the API before the function waits; the app itself ends earlier, with an answer. */
const timeouts = { buffered: HTTP_TIMEOUT_SECONDS, streaming: STREAM_TIMEOUT_SECONDS } as const;

function mapping(key: string, { apiId, stageName }: Omit<Mapping, 'key'>): Mapping {
  return { key, apiId, stageName };
}

function nowhere(): never {
  throw new Error('a gateway with neither a domain nor streaming has no address: the settings refuse it');
}

/** The members that are there. */
function present<T>(members: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
