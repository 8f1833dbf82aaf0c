import type { Credential } from '../credential.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from './caller.ts';
import { orOwnKey, type KeyPolicy } from './own-key.ts';
import { callRegion, failoverRegions } from './region.ts';

/** What is asked for, as far as it matters who may. */
interface Named {
  readonly backend: string;
  readonly model: string;
}

/** What a name stands for, as the catalog says it. */
export interface NamedTargets<Target extends Named> {
  readonly targets: readonly [Target, ...Target[]];
  readonly mapped: boolean;
}

/** A target that the caller may use, what it is paid with, and where it is. */
export interface Authorised<Target extends Named> {
  readonly target: Target;
  readonly credential: Credential;
  readonly region: string;
  /** Set where it is the target before it, in another region: for when that one's quota is used up. */
  readonly failover?: true;
}

/** What decides beside the caller. */
export interface AuthorisationRules extends KeyPolicy {
  readonly regions: readonly [string, ...string[]];
  /** Regions in which to ask again when a quota is used up, best first, by who pays for the call; absent: none. */
  readonly failover?: { readonly bearer: readonly string[]; readonly stack: readonly string[] };
  /** Whether a backend takes the caller's own Bedrock key, or only what the stack has. */
  readonly paidWith: (target: Named) => 'bedrock-key' | 'stack';
}

/**
 * Throws a 403 for a name that a caller may not ask for: under any spelling but those that their list has. `key` is the entry of
 * the catalog that the name leads to: a pattern in the list allows what leads to it, and no more.
 */
export function checkModelAllowed({ models }: Pick<Caller, 'models'>, name: string, key?: string): void {
  if (!isModelAllowed(models, name, key)) throw modelNotAllowed();
}

/** The 403 for a model that a caller may not ask for, whatever forbids it. */
export function modelNotAllowed(): ApiError {
  return new ApiError(
    'This API key may not use this model. GET /v1/models shows those that it may use, by the config of the stack and its project.',
    { status: 403, code: 'model_not_allowed', param: 'model' },
  );
}

/** Whether a caller's list allows a name, or the entry of the catalog that the name leads to. */
export function isModelAllowed(models: Caller['models'], name: string, key?: string): boolean {
  return models === undefined || models.includes(name) || (key !== undefined && models.includes(key));
}

/**
 * Returns the targets of a name that this caller may use, best first, each with the other regions where it may be asked: each target
 * is judged by itself, and one that may not be used is skipped. Throws what forbids the first when there is no other.
 */
export function authorisedTargets<Target extends Named>(
  caller: Caller,
  { targets, mapped }: NamedTargets<Target>,
  rules: AuthorisationRules,
): readonly [Authorised<Target>, ...Authorised<Target>[]] {
  let refusal: ApiError | undefined;
  const found: Authorised<Target>[] = [];
  for (const target of targets) {
    try {
      const way = { target, ...paid(caller, { target, mapped }, rules) };
      found.push(way, ...elsewhere(way, caller, rules));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal ??= error;
    }
  }
  const [first, ...others] = found;
  if (first === undefined) throw refusal ?? new Error('a name without targets was to be authorised');
  return [first, ...others];
}

/** Whether the stack knows the callers who were identified in this way, so that it pays where a target is the stack's to pay. */
const paysByMethod: Readonly<Record<Caller['method'], boolean>> = {
  registered: true,
  'gateway-key': true,
  jwt: true,
  'bedrock-key': false,
};

/** Whether the stack pays for this caller where a target is the stack's to pay. */
export function isPaidFor({ method }: Pick<Caller, 'method'>): boolean {
  return paysByMethod[method];
}

function paid(
  caller: Caller,
  { target, mapped }: { target: Named; mapped: boolean },
  rules: AuthorisationRules,
): Pick<Authorised<Named>, 'credential' | 'region'> {
  const { regions, paidWith } = rules;
  const ofBedrock = paidWith(target) === 'bedrock-key';
  if (ofBedrock && caller.bedrock) return { credential: caller.bedrock, region: callRegion(caller, target, regions) };
  if (!isPaidFor(caller)) throw notTheirs();
  // The name must be in the config: else its callers could spend the stack's money on any model there is.
  if (!mapped) throw onlyMapped(rules);
  return { credential: { kind: 'stack' }, region: ofBedrock ? callRegion({}, target, regions) : regions[0] };
}

/** Copies of an authorised target for the failover regions, without those in which its id or its key does not work. */
function elsewhere<Target extends Named>(
  way: Authorised<Target>,
  caller: Caller,
  { failover, paidWith }: AuthorisationRules,
): Authorised<Target>[] {
  const { target, credential, region } = way;
  if (paidWith(target) !== 'bedrock-key') return [];
  const regions = failoverRegions(caller, { model: target.model, region }, failover?.[credential.kind] ?? []);
  return regions.map((other): Authorised<Target> => ({ target, credential, region: other, failover: true }));
}

function notTheirs(): ApiError {
  return new ApiError(
    'The stack itself pays for this model, so it is only for callers that the stack knows, such as those that its config lists ' +
      'under bedrock-gateway:callers. An Amazon Bedrock API key pays for models on Bedrock only.',
    { status: 403, code: 'caller_not_listed', param: 'model' },
  );
}

function onlyMapped(policy: KeyPolicy): ApiError {
  return new ApiError(
    'With this API key the stack pays, and it pays only for the models that its config names, under bedrock-gateway:models: ask for one ' +
      `that GET /v1/models shows${orOwnKey(policy)}.`,
    { status: 403, code: 'model_not_allowed', param: 'model' },
  );
}
