import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

import { PRODUCT } from './settings/own-keys.ts';

/** Lambda's limit for the name of a function, the tightest of those that are named here. */
const LIMIT = 64;

/** What Lambda takes in the name of a function, but for the underscore; stacks' names may have dots too. */
const SAFE = /^[A-Za-z0-9-]+$/;

/**
 * What physical names are for: a function, and the API in front of it with its logs. None may be the end of another: `a-b` of
 * stack `x` and `b` of stack `x-a` would be one name.
 */
export const purposes = ['buffered', 'streaming'] as const;
export type Purpose = (typeof purposes)[number];

/**
 * A physical name that says whose it is and what for: project, stack, purpose. It has only letters, digits and hyphens, and at most 64
 * characters; what that changes ends in a hash, as does every name of a project that is not called like the product, since nobody
 * can tell stack `b-c` of project `a` from stack `c` of project `a-b`. So no two stacks share a name.
 */
export function physicalName(purpose: Purpose): string {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  const isOwn = project === PRODUCT;
  const plain = `${project}-${stack}-${purpose}`;
  if (isOwn && SAFE.test(plain) && plain.length <= LIMIT) return plain;
  const identity = isOwn ? plain : `${project}/${stack}/${purpose}`;
  const end = `-${purpose}-${createHash('sha256').update(identity).digest('hex').slice(0, 8)}`;
  const start = `${project}-${stack}`.replaceAll(/[^A-Za-z0-9-]/g, '-');
  return start.slice(0, LIMIT - end.length) + end;
}

/** On everything that takes tags. More come from the config of the AWS provider (`aws:defaultTags`). */
export function tags(): Record<string, string> {
  return { Project: pulumi.getProject(), Stack: pulumi.getStack() };
}
