import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { ApiArgs, GatewayFunction } from './function.ts';
import { physicalName, tags } from './naming.ts';
import { accessLogGroup, httpAccessLog } from './observability.ts';

/** Seconds that an HTTP API waits for a function; a fixed limit of AWS. */
export const httpTimeoutSeconds = 30;

/** The HTTP API, which takes every path that the REST API does not. It buffers answers: up to 30 s and 6 MB. */
export class HttpApi extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  readonly stageName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: ApiArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:HttpApi', name, {}, options);
    const { backend, settings } = args;
    // No corsConfiguration: with it, the API would answer preflights itself and drop the app's headers.
    const api = new aws.apigatewayv2.Api(
      name,
      {
        name: physicalName('buffered'),
        description: 'OpenAI-compatible gateway to Amazon Bedrock',
        protocolType: 'HTTP',
        ipAddressType: 'dualstack',
        disableExecuteApiEndpoint: true, // an HTTP API always has a domain
        tags: tags(),
      },
      { parent: this },
    );
    const route = this.route(name, api, backend);
    const { throttle, logRetentionDays } = settings;
    const logs = accessLogGroup(name, { purpose: 'buffered', retentionDays: logRetentionDays }, { parent: this });
    const stage = new aws.apigatewayv2.Stage(
      name,
      {
        apiId: api.id,
        name: '$default',
        autoDeploy: true,
        accessLogSettings: { destinationArn: logs.arn, format: httpAccessLog },
        // Both or neither: AWS takes a missing limit for 0, and lets nothing through.
        ...(throttle && {
          defaultRouteSettings: { throttlingRateLimit: throttle.rate, throttlingBurstLimit: throttle.burst },
        }),
        tags: tags(),
      },
      { parent: this, dependsOn: [route] },
    );
    backend.allow(name, api.executionArn);
    this.apiId = api.id;
    this.stageName = stage.name;
    this.logGroupName = logs.name;
    this.registerOutputs({ apiId: this.apiId, logGroupName: this.logGroupName });
  }

  private route(name: string, api: aws.apigatewayv2.Api, backend: GatewayFunction): aws.apigatewayv2.Route {
    const integration = new aws.apigatewayv2.Integration(
      name,
      {
        apiId: api.id,
        integrationType: 'AWS_PROXY',
        integrationMethod: 'POST',
        integrationUri: backend.alias.invokeArn,
        payloadFormatVersion: '2.0',
        timeoutMilliseconds: httpTimeoutSeconds * 1000,
      },
      { parent: this },
    );
    return new aws.apigatewayv2.Route(
      name,
      { apiId: api.id, routeKey: '$default', target: pulumi.interpolate`integrations/${integration.id}` },
      { parent: this },
    );
  }
}
