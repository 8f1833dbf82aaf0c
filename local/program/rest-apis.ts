import type {
  GatewayResponse,
  Integration,
  LambdaFunction,
  RestApi,
  RestResource,
  ThrottleLimits,
} from '../deployment.ts';
import type { Collection, Entry } from './collection.ts';
import { target } from './functions.ts';
import { DeclarationError, type Inputs } from './inputs.ts';

/** AWS's default for an integration whose timeout is not given, streamed or not. */
const defaultTimeoutMs = 29_000;

/** What the readers of APIs look things up in. */
export interface Declarations {
  readonly collection: Collection;
  readonly functions: readonly LambdaFunction[];
}

/** The declared REST APIs, each with its only stage. */
export function readRestApis(declarations: Declarations): readonly RestApi[] {
  return declarations.collection.all('restApi').map((entry) => readRestApi(entry, declarations));
}

function readRestApi(api: Entry, declarations: Declarations): RestApi {
  const { collection } = declarations;
  const { id } = api.resource;
  const [stage, ...others] = collection.of('restStage', ['restApi', id]);
  if (!stage || others.length > 0) throw new DeclarationError(api.resource, 'it needs one stage');
  const throttle = methodThrottle(collection.of('restMethodSettings', ['restApi', id]));
  return {
    kind: 'rest',
    id,
    stage: stage.inputs.text('stageName'),
    binaryMediaTypes: api.inputs.texts('binaryMediaTypes'),
    resources: readResources(api, declarations),
    gatewayResponses: collection.of('restResponse', ['restApiId', id]).map(readGatewayResponse),
    ...(throttle && { throttle }),
  };
}

function readResources(api: Entry, declarations: Declarations): readonly RestResource[] {
  const resources = declarations.collection.of('restResource', ['restApi', api.resource.id]);
  const root = { id: api.inputs.text('rootResourceId'), path: '/' };
  const paths = [root, ...resources.map((entry) => ({ id: entry.resource.id, path: pathOf(entry, resources) }))];
  return paths.map(({ id, path }) => ({ id, path, methods: readMethods(api, id, declarations) }));
}

function pathOf({ inputs }: Entry, resources: readonly Entry[]): string {
  const parentId = inputs.text('parentId');
  const parent = resources.find(({ resource }) => resource.id === parentId);
  return `${parent ? pathOf(parent, resources) : ''}/${inputs.text('pathPart')}`;
}

function readMethods(api: Entry, resourceId: string, declarations: Declarations): ReadonlyMap<string, Integration> {
  const { collection } = declarations;
  const methods = collection.of('restMethod', ['resourceId', resourceId]);
  const integrations = collection.of('restIntegration', ['resourceId', resourceId]);
  return new Map(
    methods.map((method) => {
      if (method.inputs.text('authorization') !== 'NONE') {
        throw new DeclarationError(method.resource, 'the local stack emulates no authorizers');
      }
      const httpMethod = method.inputs.text('httpMethod');
      const found = integrations.find(({ inputs }) => inputs.text('httpMethod') === httpMethod);
      if (!found) throw new DeclarationError(method.resource, 'it has no integration');
      return [httpMethod, readIntegration(api, found, declarations)];
    }),
  );
}

function readIntegration(api: Entry, integration: Entry, declarations: Declarations): Integration {
  const { inputs, resource } = integration;
  if (inputs.text('type') !== 'AWS_PROXY' || inputs.text('integrationHttpMethod') !== 'POST') {
    throw new DeclarationError(resource, 'only AWS_PROXY integrations, called by POST, reach a function');
  }
  const transfer = inputs.optionalText('responseTransferMode') === 'STREAM' ? 'stream' : 'buffered';
  const executionArn = api.inputs.text('executionArn');
  return {
    target: target(integration, inputs.text('uri'), { ...declarations, executionArn, transfer }),
    transfer,
    timeoutMilliseconds: inputs.number('timeoutMilliseconds') ?? defaultTimeoutMs,
  };
}

function readGatewayResponse({ inputs }: Entry): GatewayResponse {
  const status = inputs.number('statusCode');
  const prefix = 'gatewayresponse.header.';
  const headers = Object.entries(inputs.map('responseParameters'))
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value]);
  return {
    type: inputs.text('responseType'),
    templates: inputs.map('responseTemplates'),
    headers: Object.fromEntries(headers),
    ...(status !== undefined && { status }),
  };
}

/** Settings for all methods; those for single ones are not emulated. */
function methodThrottle(settings: readonly Entry[]): ThrottleLimits | undefined {
  const special = settings.find(({ inputs }) => inputs.text('methodPath') !== '*/*');
  if (special) throw new DeclarationError(special.resource, 'the local stack emulates settings for all methods only');
  return settings[0] && throttleLimits(settings[0].inputs.block('settings'), noLimit);
}

/** What says that a stage has no limit of its own. */
const noLimit = -1;

/** What an absent limit counts as differs between the two kinds of API. */
export function throttleLimits(settings: Inputs, absent: number): ThrottleLimits | undefined {
  const ratePerSecond = settings.number('throttlingRateLimit') ?? absent;
  const burst = settings.number('throttlingBurstLimit') ?? absent;
  return ratePerSecond < 0 || burst < 0 ? undefined : { ratePerSecond, burst };
}
