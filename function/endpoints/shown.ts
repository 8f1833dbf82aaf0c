import type { Target } from '../catalog/catalog.ts';

/** What really answers, for `x-gateway-target`: `bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)`. No ARN, no account. */
export function shownTarget({ backend, model }: Target, ...details: readonly string[]): string {
  return `${backend}:${withoutArn(model)} (${details.join(', ')})`;
}

/** Of an ARN only what follows the account: its kind and name. */
export function withoutArn(model: string): string {
  return model.startsWith('arn:') ? model.split(':').slice(5).join(':') : model;
}
