import type { HttpApi, Integration } from '../deployment.ts';
import type { Entry } from './collection.ts';
import { target } from './functions.ts';
import { DeclarationError } from './inputs.ts';
import { throttleLimits, type Declarations } from './rest-apis.ts';

/** The most that an HTTP API waits, and what it waits when nothing is said. */
const maxTimeoutMs = 30_000;

/** The declared HTTP APIs, each with its only stage. */
export function readHttpApis(declarations: Declarations): readonly HttpApi[] {
  return declarations.collection.all('httpApi').map((entry) => readHttpApi(entry, declarations));
}

function readHttpApi(api: Entry, declarations: Declarations): HttpApi {
  const { resource, inputs } = api;
  const { collection } = declarations;
  if (inputs.text('protocolType') !== 'HTTP') throw new DeclarationError(resource, 'only HTTP APIs are emulated');
  if (resource.inputs['corsConfiguration'] !== undefined) {
    throw new DeclarationError(resource, 'with corsConfiguration the API drops the CORS headers of the function');
  }
  const [stage, ...others] = collection.of('httpStage', ['apiId', resource.id]);
  if (!stage || others.length > 0) throw new DeclarationError(resource, 'it needs one stage');
  const throttle =
    stage.resource.inputs['defaultRouteSettings'] === undefined
      ? undefined
      : throttleLimits(stage.inputs.block('defaultRouteSettings'), 0);
  return {
    kind: 'http',
    id: resource.id,
    stage: stage.inputs.text('name'),
    integration: readIntegration(api, onlyRoute(api, collection.of('httpRoute', ['apiId', resource.id])), declarations),
    ...(throttle && { throttle }),
  };
}

function onlyRoute(api: Entry, routes: readonly Entry[]): Entry {
  const [route, ...others] = routes;
  if (route && others.length === 0 && route.inputs.text('routeKey') === '$default') return route;
  throw new DeclarationError(api.resource, 'the local stack emulates HTTP APIs with the one route $default');
}

function readIntegration(api: Entry, route: Entry, declarations: Declarations): Integration {
  const id = route.inputs.text('target').replace(/^integrations\//, '');
  const integration = declarations.collection.all('httpIntegration').find(({ resource }) => resource.id === id);
  if (!integration) throw new DeclarationError(route.resource, `there is no integration '${id}'`);
  const { inputs, resource } = integration;
  if (inputs.text('integrationType') !== 'AWS_PROXY' || inputs.text('payloadFormatVersion') !== '2.0') {
    throw new DeclarationError(resource, 'only AWS_PROXY with payload format 2.0 is emulated');
  }
  const executionArn = api.inputs.text('executionArn');
  const reach = { ...declarations, executionArn, transfer: 'buffered' } as const;
  return {
    target: target(integration, inputs.text('integrationUri'), reach),
    transfer: 'buffered',
    timeoutMilliseconds: Math.min(inputs.number('timeoutMilliseconds') ?? maxTimeoutMs, maxTimeoutMs),
  };
}
