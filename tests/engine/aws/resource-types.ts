import { alerts } from './alerts.ts';
import { domains } from './domains.ts';
import { httpApi } from './http-api.ts';
import { iam } from './iam.ts';
import { keys } from './keys.ts';
import { lambda } from './lambda.ts';
import { logs } from './logs.ts';
import { network } from './network.ts';
import type { ResourceType } from './resource-type.ts';
import { restApi } from './rest-api.ts';
import { storage } from './storage.ts';

const types: Readonly<Record<string, ResourceType>> = {
  ...iam,
  ...logs,
  ...lambda,
  ...restApi,
  ...httpApi,
  ...domains,
  ...keys,
  ...alerts,
  ...storage,
  ...network,
};

/** The facts about a type; throws for a type that the stand-in lacks. */
export function resourceType(type: string): ResourceType {
  const known = types[type];
  if (known === undefined)
    throw new Error(`the stand-in for AWS does not know the type ${type}: add it to tests/engine/aws`);
  return known;
}
