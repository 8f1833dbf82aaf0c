import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { GatewayFunction } from './function.ts';
import { physicalName, tags } from './naming.ts';
import { accessLogName, httpAccessLog, logGroup } from './observability.ts';
import type { Settings } from './settings.ts';

/** The most that an HTTP API waits for a function; fixed by AWS. */
export const HTTP_TIMEOUT_SECONDS = 30;

/** What the HTTP API needs to know. */
export interface HttpApiArgs {
  readonly backend: GatewayFunction;
  readonly settings: Settings;
}

/** The API that takes every path that nobody else takes. Its answers are whole: within 30 s, and up to 6 MB. */
export class HttpApi extends pulumi.ComponentResource {
  readonly apiId: pulumi.Output<string>;
  readonly stageName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: HttpApiArgs, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:HttpApi', name, {}, options);
    const { backend, settings } = args;
    const apiName = physicalName('buffered');
    // No corsConfiguration: with it the API would answer preflights itself and drop the headers of the app.
    const api = new aws.apigatewayv2.Api(
      name,
      {
        name: apiName,
        description: 'OpenAI-compatible gateway to Amazon Bedrock',
        protocolType: 'HTTP',
        ipAddressType: 'dualstack',
        disableExecuteApiEndpoint: true, // there is always a domain before an HTTP API
        tags: tags(),
      },
      { parent: this },
    );
    const route = this.route(name, api, backend);
    const logs = logGroup(
      name,
      { logGroupName: accessLogName(apiName), retentionDays: settings.logRetentionDays },
      { parent: this },
    );
    const { throttle } = settings;
    const stage = new aws.apigatewayv2.Stage(
      name,
      {
        apiId: api.id,
        name: '$default',
        autoDeploy: true,
        accessLogSettings: { destinationArn: logs.arn, format: httpAccessLog },
        // Both or neither: a limit that is left out of these settings counts as 0, and nothing gets through.
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
        timeoutMilliseconds: HTTP_TIMEOUT_SECONDS * 1000,
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
