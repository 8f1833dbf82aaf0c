import type { Catalog, Target } from '../catalog/catalog.ts';
import { keyFor } from '../catalog/resolve.ts';

/** What really answers, for `x-gateway-target`: `bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)`. No ARN, no account. */
export function shownTarget({ backend, model }: Target, ...details: readonly string[]): string {
  return `${backend}:${withoutArn(model)} (${details.join(', ')})`;
}

/** Of an ARN only what follows the account: its kind and name. */
function withoutArn(model: string): string {
  return model.startsWith('arn:') ? model.split(':').slice(5).join(':') : model;
}

/** A name as the log has it. What a pattern takes is the caller's own text, which no log repeats: the pattern says enough. */
export function loggedName(name: string, catalog: Catalog): string {
  return withoutArn(keyFor(name, catalog) ?? name);
}
