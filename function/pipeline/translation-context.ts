import type { Target } from '../catalog/catalog.ts';
import { familyOf } from '../catalog/families.ts';
import { isApplicationProfile } from '../dialects/model-ids.ts';
import { withoutUndefined } from '../translate/without-undefined.ts';
import type { TranslationContext } from '../translate/translation.ts';
import type { RoutedRequest } from './route.ts';

/**
 * Everything that a translation may know of a request at one target. `model` is the id that tells what the target's model takes;
 * `request` is typed and in the client's dialect.
 */
export function translationContext<Request>(
  { request: { context, stamp }, to }: RoutedRequest<unknown>,
  { model, request }: { readonly model: string; readonly request: Request },
): TranslationContext<Request> {
  const { target, failover, credential } = to;
  const { promptCaching, defaultMaxOutput: stacksDefault } = context.services.config;
  const family = familyOf(model);
  // The stack's limit is not known to be within the bound of each model: it applies only where Bedrock's own default is too low.
  const defaultMaxOutput = target.defaultMaxOutput ?? (family.unlimitedEnd === undefined ? undefined : stacksDefault);
  return {
    request,
    stamp,
    backend: target.backend,
    model: target.model,
    family,
    media: noMedia,
    promptCaching,
    stackPays: credential.kind === 'stack',
    // What a family redacts is encrypted for the region that wrote it.
    ...withoutUndefined({ defaultMaxOutput, withoutReasoning: failover === true && family.replay === 'redacted' }),
  };
}

const noMedia: TranslationContext<never>['media'] = new Map();

/**
 * The id that tells what a target's model takes: the ARN of an application inference profile hides it, so Bedrock is asked whose it is.
 * A promise only for such a profile.
 */
export function modelBehind({ request, to, call }: RoutedRequest<unknown>): string | Promise<string> {
  const { target } = to;
  if (target.family !== undefined) return target.family;
  return isApplicationProfile(target.model) ? modelOfProfile({ request, target, call }) : target.model;
}

async function modelOfProfile({
  request,
  target,
  call,
}: Pick<RoutedRequest<unknown>, 'request' | 'call'> & { readonly target: Target }): Promise<string> {
  const { caller, services } = request.context;
  const { credential } = call;
  const asker = { credential, cacheKey: credential.kind === 'stack' ? 'stack' : caller.cacheKey };
  return (await services.directory.modelOf(asker, call)) ?? target.model;
}
