import type { Authorised } from '../auth/authorise.ts';
import type { Backend, CallContext } from '../backends/backend.ts';
import { familyOf } from '../catalog/families.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Failure } from '../dialects/outcome.ts';
import type { PreparedCall } from './prepared-call.ts';
import type { ModelEndpoint, ModelRequest, Route, RoutedRequest, SurfaceName } from './route.ts';

/** Makes a request ready for one target, by the best route there is. Throws the ApiError that says why the target cannot take it. */
export function prepareCall<Body>(
  endpoint: ModelEndpoint<Body>,
  request: ModelRequest<Body>,
  to: Authorised<Target>,
): PreparedCall | Promise<PreparedCall> {
  const { native } = endpoint;
  const { target } = to;
  if (endpoint.onlyMantle !== undefined && isOnMantleAlone(target)) return prepareOnMantle(endpoint, request, to);
  const mantle = { mantle: request.context.services.config.bedrockMantle === true && to.credential.kind === 'bearer' };
  const isNative = native !== undefined && !request.isMapped && native.serves(request.body, target.model, mantle);
  return isNative ? prepareNative(endpoint, request, to) : prepareAt(endpoint, request, to);
}

/** Few stacks ask for a model of bedrock-mantle, and no start of the others should load what that takes. */
async function prepareOnMantle<Body>(
  endpoint: ModelEndpoint<Body>,
  request: ModelRequest<Body>,
  to: Authorised<Target>,
): Promise<PreparedCall> {
  const { checkMantle } = await import('./mantle.ts');
  checkMantle(endpoint, request, to);
  return prepareAt(endpoint, request, natively(to));
}

function isOnMantleAlone({ backend, family, model }: Target): boolean {
  return backend.startsWith('bedrock') && familyOf(family ?? model).onlyMantle;
}

function natively(to: Authorised<Target>): Authorised<Target> {
  return { ...to, target: { ...to.target, backend: 'bedrock-openai' } };
}

function prepareAt<Body>(
  endpoint: ModelEndpoint<Body>,
  request: ModelRequest<Body>,
  to: Authorised<Target>,
): PreparedCall | Promise<PreparedCall> {
  const backend = request.context.services.backend(to.target.backend);
  const routed = { request, to, backend, call: callContext(request, to) };
  endpoint.check?.(routed);
  const route = endpoint.routes.find((each) => isOpen(each, routed));
  if (route === undefined) throw endpoint.unsupported();
  return route.prepare(routed);
}

/** Whether a target's backend has the surface that a route needs. */
export function isOpen<Body>(
  { kind, surface, streams }: Pick<Route<Body>, 'kind' | 'surface' | 'streams'>,
  {
    request,
    to,
    backend,
  }: Pick<RoutedRequest<unknown>, 'backend'> & {
    request: { stream: boolean };
    to: Pick<Authorised<Target>, 'target' | 'credential'>;
  },
): boolean {
  if (streams === false && request.stream) return false;
  const isTemplated = to.target.chatTemplate !== undefined;
  if (surface === 'mantle') return backend.mantle !== undefined && servesMantle(to);
  if (surface === 'responses') return !isTemplated && servesResponses(backend, to.target);
  if (kind === 'passthrough') {
    const asked: { passthrough?: unknown } | undefined = backend[surface];
    return !isTemplated && asked?.passthrough !== undefined;
  }
  // A template makes a prompt of a chat.
  return backend[isTemplated && surface === 'chat' ? 'completions' : surface] !== undefined;
}

/** Whether bedrock-mantle has Responses for a target's model, and the caller pays: no call of the stack goes there. */
function servesMantle({ target, credential }: Pick<Authorised<Target>, 'target' | 'credential'>): boolean {
  const { backend, family, model } = target;
  if (backend !== 'bedrock-openai' || credential.kind !== 'bearer' || model.startsWith('arn:')) return false;
  return familyOf(family ?? model).mantleBase !== undefined;
}

/** Whether a target's model has Responses where its backend has them: on Bedrock only the families that say so. */
function servesResponses({ responses }: Backend, { backend, family, model }: Target): boolean {
  return responses !== undefined && (backend !== 'bedrock-openai' || familyOf(family ?? model).nativeResponses);
}

/** How a target is called for this caller. Bedrock's answers to a caller's own key prove it. */
function callContext<Body>(
  { context, stamp, signal }: ModelRequest<Body>,
  { target, credential, region }: Authorised<Target>,
): CallContext {
  const { caller, services } = context;
  const call = { credential, model: target.model, region, signal, stamp };
  if (credential.kind === 'stack') return { ...call, callerId: caller.id };
  return { ...call, onCredentialAccepted: () => services.proofs.note(caller.cacheKey) };
}

/** Unchanged to Bedrock's own Chat Completions, and to Converse with what they do not serve. */
async function prepareNative<Body>(
  endpoint: ModelEndpoint<Body>,
  request: ModelRequest<Body>,
  to: Authorised<Target>,
): Promise<PreparedCall> {
  const call = await prepareAt(endpoint, request, natively(to));
  return {
    ...call,
    async alternative(failure: Failure) {
      if (endpoint.native?.converseMayServe(failure, request.body) !== true) return undefined;
      const converse = await prepareAt(endpoint, request, to);
      const isWhole = failure.status !== 400 || converse.ignored.every(isDetail);
      return isWhole ? { ...converse, reason: 'converse' } : undefined;
    },
  };
}

/** A refused request is not mended by ignoring one of its fields; details, such as `tools.function.strict`, are named all the same. */
function isDetail(name: string): boolean {
  return name.includes('.');
}

/** Finds the surface that a route was taken for. */
export function surfaceOf<Name extends SurfaceName>(
  name: Name,
): (routed: Pick<RoutedRequest<unknown>, 'backend'>) => NonNullable<Backend[Name]> {
  return ({ backend }) => {
    const surface = backend[name];
    if (surface === undefined) throw new Error('a route was taken whose surface the backend does not have');
    return surface;
  };
}
