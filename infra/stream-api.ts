import { createHash } from 'node:crypto';

import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { ApiArgs, GatewayFunction } from './function.ts';
import { gatewayResponses } from './gateway-responses.ts';
import { physicalName, tags } from './naming.ts';
import { accessLogGroup, restAccessLog } from './observability.ts';
import type { Settings } from './settings.ts';

/** Seconds that Lambda runs and that a REST API streams at most; AWS's default for a REST API is 29 s. */
export const streamTimeoutSeconds = 900;

/** Name of the stage. Without a domain it is the first segment of the path, which makes the stage's URL a base URL for clients. */
const apiStage = 'v1';

/** The REST API, which passes every path on and streams answers. */
export class StreamApi extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  readonly stageName: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** What `url` will be, known before the stage is there: the function behind the API may name it. */
  readonly futureUrl: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string> | undefined;

  constructor(name: string, args: ApiArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:StreamApi', name, {}, options);
    const { backend, settings } = args;
    const shape = apiShape(settings);
    const api = new aws.apigateway.RestApi(name, { ...shape, tags: tags() }, { parent: this });
    const parts = [...this.routes(name, api, backend), ...this.responses(name, api, settings)];
    const deployment = new aws.apigateway.Deployment(
      name,
      { restApi: api.id, triggers: { content: fingerprint({ shape, parts: parts.map(({ content }) => content) }) } },
      { parent: this, dependsOn: parts.map(({ resource }) => resource) },
    );
    const logs = settings.restAccessLogs
      ? accessLogGroup(name, { purpose: 'streaming', retentionDays: settings.logRetentionDays }, { parent: this })
      : undefined;
    const stage = new aws.apigateway.Stage(
      name,
      {
        restApi: api.id,
        deployment: deployment.id,
        stageName: apiStage,
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
    this.futureUrl = api.executionArn.apply(stageUrl);
    this.logGroupName = logs?.name;
    this.registerOutputs({ apiId: this.apiId, url: this.url, logGroupName: this.logGroupName });
  }

  /** Routes for `/` and for all paths below it: a domain mapping that matches a whole path leaves `/`. */
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
      integrationHttpMethod: 'POST', // how API Gateway calls Lambda, for all methods of callers
      uri,
      responseTransferMode: 'STREAM',
      timeoutMilliseconds: streamTimeoutSeconds * 1000,
    };
    const resource = new aws.apigateway.Integration(
      name,
      { ...content, restApi: api.id },
      { parent: this, dependsOn: [method] },
    );
    return { resource, content };
  }

  private responses(name: string, api: aws.apigateway.RestApi, { cors, storage }: Settings): Part[] {
    return gatewayResponses(cors, storage !== undefined).map((content) => ({
      content,
      resource: new aws.apigateway.Response(
        `${name}-${content.responseType.toLowerCase().replaceAll('_', '-')}`,
        { ...content, restApiId: api.id },
        { parent: this },
      ),
    }));
  }

  /** Sets limits, and no other settings of methods: those would log bodies and headers, and so keys. */
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

/** A resource that takes effect with a deployment, and the properties that the deployment contains. */
interface Part {
  readonly resource: pulumi.Resource;
  readonly content: object;
}

interface Route {
  readonly api: aws.apigateway.RestApi;
  readonly resourceId: pulumi.Output<string>;
  readonly uri: pulumi.Output<string>;
}

function apiShape({ domain, storage }: Settings) {
  return {
    name: physicalName('streaming'),
    description: 'OpenAI-compatible gateway to Amazon Bedrock, answers as they are made',
    endpointConfiguration: { types: 'REGIONAL', ipAddressType: 'dualstack' },
    // Bodies of these types reach the function byte for byte, as base64; others as text.
    ...(storage !== undefined && { binaryMediaTypes: ['multipart/form-data'] }),
    ...(domain === undefined ? ownHost : { disableExecuteApiEndpoint: true }),
  };
}

/** Security policy of AWS's host name, which would accept TLS 1.0 by default. A domain has its own policy. */
const ownHost = {
  disableExecuteApiEndpoint: false,
  securityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06',
  endpointAccessMode: 'BASIC',
};

/** The address at which API Gateway calls an alias that streams. The provider returns it only for a function. */
function streamingUri(aliasArn: pulumi.Output<string>): pulumi.Output<string> {
  return aliasArn.apply((arn) => {
    const [, partition, , region] = arn.split(':');
    const path = `2021-11-15/functions/${arn}/response-streaming-invocations`;
    return `arn:${partition}:apigateway:${region}:lambda:path/${path}`;
  });
}

/** The URL of the stage of an API, by the API's own ARN. */
function stageUrl(executionArn: string): string {
  const [, partition = '', , region = '', , id = ''] = executionArn.split(':');
  return `https://${id}.execute-api.${region}.${dnsSuffixes[partition] ?? 'amazonaws.com'}/${apiStage}`;
}

/** Where it is not that of `aws` and `aws-us-gov`: AWS's partitions.json. */
const dnsSuffixes: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn', 'aws-eusc': 'amazonaws.eu' };

/** SHA-256 of what a deployment contains, in hex: AWS creates a new deployment only if one of its properties changes. */
function fingerprint(content: object): pulumi.Output<string> {
  return pulumi.jsonStringify(content).apply((text) => createHash('sha256').update(text).digest('hex'));
}
