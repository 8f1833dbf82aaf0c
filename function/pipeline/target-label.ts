import type { Authorised } from '../auth/authorise.ts';
import type { Target } from '../catalog/catalog.ts';

/**
 * The target that answers, for `x-gateway-target` and the log: `bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)`, with its region
 * where that is not the one that callers expect. No ARN, no account.
 */
export function targetLabel(
  { target, region, failover }: Pick<Authorised<Target>, 'target' | 'region' | 'failover'>,
  ...details: readonly string[]
): string {
  const label = `${target.backend}:${withoutArn(target.model)} (${details.join(', ')})`;
  return failover === true ? `${label} in ${region}` : label;
}

/** What follows the account in an ARN: its kind and name. */
function withoutArn(model: string): string {
  return model.startsWith('arn:') ? model.split(':').slice(5).join(':') : model;
}

/**
 * A model's name for the log, by the key of the catalog that it leads to. What a pattern matches is the caller's own text, which no log
 * repeats: the pattern says enough.
 */
export function loggedName(name: string, key: string | undefined): string {
  return withoutArn(key ?? name);
}
