import { createHash } from 'node:crypto';

import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { GatewayFunction } from './function.ts';
import { gatewayResponses } from './gateway-responses.ts';
import { physicalName, tags } from './naming.ts';
import { accessLogName, logGroup, restAccessLog } from './observability.ts';
import type { Settings } from './settings.ts';

/** The most that Lambda runs and that a REST API streams; AWS's default for the latter stays at 29 s. */
export const STREAM_TIMEOUT_SECONDS = 900;

/** The stage, which is also the first segment of the path where the API has no domain: its URL is a complete base URL. */
const STAGE = 'v1';

/** What the streaming API needs to know. */
export interface StreamApiArgs {
  readonly backend: GatewayFunction;
  readonly settings: Settings;
}

/** A REST API that passes every path on and sends answers as they are made. */
export class StreamApi extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  readonly stageName: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string> | undefined;

  constructor(name: string, args: StreamApiArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:StreamApi', name, {}, options);
    const { backend, settings } = args;
    const shape = apiShape(settings);
    const api = new aws.apigateway.RestApi(name, { ...shape, tags: tags() }, { parent: this });
    const parts = [...this.routes(name, api, backend), ...this.responses(name, api, settings.cors)];
    const deployment = new aws.apigateway.Deployment(
      name,
      { restApi: api.id, triggers: { content: fingerprint({ shape, parts: parts.map(({ content }) => content) }) } },
      { parent: this, dependsOn: parts.map(({ resource }) => resource) },
    );
    const logs = settings.restAccessLogs ? this.accessLogs(name, settings) : undefined;
    const stage = new aws.apigateway.Stage(
      name,
      {
        restApi: api.id,
        deployment: deployment.id,
        stageName: STAGE,
        xrayTracingEnabled: settings.tracing,
        ...(logs && { accessLogSettings: { destinationArn: logs.arn, format: restAccessLog } }),
        tags: tags(),
      },
      { parent: this },
    );
    this.limit(name, stage, settings.throttle);
    backend.allow(name, api.executionArn);
    this.apiId = api.id;
    this.stageName = stage.stageName;
    this.url = stage.invokeUrl;
    this.logGroupName = logs?.name;
    this.registerOutputs({ apiId: this.apiId, url: this.url, logGroupName: this.logGroupName });
  }

  /** Both `/` and what is below it: an exact mapping of a domain strips its key and leaves `/`. */
  private routes(name: string, api: aws.apigateway.RestApi, backend: GatewayFunction): Part[] {
    const proxy = new aws.apigateway.Resource(
      name,
      { restApi: api.id, parentId: api.rootResourceId, pathPart: '{proxy+}' },
      { parent: this },
    );
    const uri = streamingUri(backend.alias.arn);
    return [
      this.route(`${name}-root`, { api, resourceId: api.rootResourceId, uri }),
      this.route(`${name}-proxy`, { api, resourceId: proxy.id, uri }),
    ];
  }

  private route(name: string, { api, resourceId, uri }: Route): Part {
    const method = new aws.apigateway.Method(
      name,
      { restApi: api.id, resourceId, httpMethod: 'ANY', authorization: 'NONE' }, // the app itself authenticates
      { parent: this },
    );
    const content = {
      resourceId,
      httpMethod: 'ANY',
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST', // how Lambda is called, whatever the caller's method
      uri,
      responseTransferMode: 'STREAM',
      timeoutMilliseconds: STREAM_TIMEOUT_SECONDS * 1000,
    };
    const resource = new aws.apigateway.Integration(
      name,
      { ...content, restApi: api.id },
      { parent: this, dependsOn: [method] },
    );
    return { resource, content };
  }

  private responses(name: string, api: aws.apigateway.RestApi, origins: readonly string[]): Part[] {
    return gatewayResponses(origins).map((content) => ({
      content,
      resource: new aws.apigateway.Response(
        `${name}-${content.responseType.toLowerCase().replaceAll('_', '-')}`,
        { ...content, restApiId: api.id },
        { parent: this },
      ),
    }));
  }

  private accessLogs(name: string, settings: Settings): aws.cloudwatch.LogGroup {
    return logGroup(
      name,
      { logGroupName: accessLogName(physicalName('streaming')), retentionDays: settings.logRetentionDays },
      { parent: this },
    );
  }

  /** Only limits: the other settings of a method log bodies and headers, and so keys. */
  private limit(name: string, stage: aws.apigateway.Stage, throttle: Settings['throttle']): void {
    if (throttle === undefined) return;
    const args = {
      restApi: stage.restApi,
      stageName: stage.stageName,
      methodPath: '*/*',
      settings: { throttlingRateLimit: throttle.rate, throttlingBurstLimit: throttle.burst },
    };
    new aws.apigateway.MethodSettings(name, args, { parent: this });
  }
}

/** A resource that takes effect only by a deployment, and what of it a deployment holds. */
interface Part {
  readonly resource: pulumi.Resource;
  readonly content: object;
}

interface Route {
  readonly api: aws.apigateway.RestApi;
  readonly resourceId: pulumi.Output<string>;
  readonly uri: pulumi.Output<string>;
}

function apiShape({ domain }: Settings) {
  return {
    name: physicalName('streaming'),
    description: 'OpenAI-compatible gateway to Amazon Bedrock, answers as they are made',
    endpointConfiguration: { types: 'REGIONAL', ipAddressType: 'dualstack' },
    ...(domain === undefined ? ownHost : { disableExecuteApiEndpoint: true }),
  };
}

/** AWS's host name would take TLS 1.0 otherwise. Behind a domain nobody reaches it, and the domain has its own policy. */
const ownHost = {
  disableExecuteApiEndpoint: false,
  securityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06',
  endpointAccessMode: 'BASIC',
};

/** How API Gateway calls an alias that streams. The provider has this address only for a whole function. */
function streamingUri(aliasArn: pulumi.Output<string>): pulumi.Output<string> {
  return aliasArn.apply((arn) => {
    const [, partition, , region] = arn.split(':');
    const path = `2021-11-15/functions/${arn}/response-streaming-invocations`;
    return `arn:${partition}:apigateway:${region}:lambda:path/${path}`;
  });
}

/** Changes whenever a deployment would hold something else: AWS makes a new one for nothing less. */
function fingerprint(content: object): pulumi.Output<string> {
  return pulumi.jsonStringify(content).apply((text) => createHash('sha256').update(text).digest('hex'));
}
