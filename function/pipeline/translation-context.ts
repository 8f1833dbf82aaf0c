import type { Authorised } from '../auth/authorise.ts';
import { spend, type Places } from '../auth/spending-policy.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import type { Target } from '../catalog/catalog.ts';
import { familyOf } from '../catalog/families.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { withoutUndefined } from '../translate/without-undefined.ts';
import type { TranslationContext, Media, Stamp } from '../translate/translation.ts';
import type { Services } from '../request-context.ts';

/** What is known of a request when a target's turn comes. */
export interface Known<Request> {
  readonly services: Services;
  readonly caller: Caller;
  readonly request: Request;
  readonly stamp: Stamp;
  readonly media?: ReadonlyMap<string, Media>;
}

/** Everything that a translation may know about one request at one target. */
export async function exchangeFor<Request>(
  { services, caller, request, stamp, media = new Map() }: Known<Request>,
  { target, failover }: Authorised<Target>,
  context: CallContext,
): Promise<TranslationContext<Request>> {
  const known = await knownModel({ services, caller }, target, context);
  const { promptCaching, defaultMaxOutput: usual } = services.config;
  const family = familyOf(known);
  // What the stack says of all models is not known to be within the bound of each: it goes only where Bedrock's own default is too low.
  const defaultMaxOutput = target.defaultMaxOutput ?? (family.unlimitedEnd === undefined ? undefined : usual);
  const { backend, model } = target;
  // What a family redacts is encrypted for the region that wrote it.
  const withoutReasoning = failover === true && family.replay === 'redacted';
  const unless = withoutUndefined({ defaultMaxOutput, withoutReasoning });
  const stackPays = context.credential.kind === 'stack';
  return { request, stamp, backend, model, family, media, promptCaching, stackPays, ...unless };
}

/** The id that tells what a target's model takes: an application inference profile's ARN hides it (edge-cases rule 30). */
export async function knownModel(
  { services, caller }: Pick<Known<never>, 'services' | 'caller'>,
  target: Target,
  context: CallContext,
): Promise<string> {
  const { credential } = context;
  const asker = { credential, cacheKey: credential.kind === 'stack' ? 'stack' : caller.cacheKey };
  return target.family ?? (await services.directory.modelOf(asker, context)) ?? target.model;
}

/** The last word on a request to Bedrock that the stack pays; nothing where the caller does. */
export function finishing(
  { services, caller, places }: { services: Services; caller: Caller; places: Places },
  { credential }: CallContext,
): { finish?: (request: ConverseRequest) => ConverseRequest } {
  if (credential.kind !== 'stack') return {};
  return { finish: (request) => spend(request, services.catalog, { places, callerId: caller.id }) };
}
