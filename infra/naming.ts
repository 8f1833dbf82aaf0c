import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

/** Lambda's limit for the name of a function, the tightest of those that are named here. */
const LIMIT = 64;

/**
 * A physical name that says whose it is: project, stack, and what for. Only letters, digits and hyphens, since a stack's
 * name may have dots and a function's may not; a long one ends in a hash, so that two stacks never share a name.
 */
export function physicalName(purpose?: string): string {
  const stack = pulumi.getStack();
  const plain = [pulumi.getProject(), stack, purpose].filter((part) => part !== undefined).join('-');
  const safe = plain.replaceAll(/[^A-Za-z0-9-]/g, '-');
  if (safe === plain && safe.length <= LIMIT) return safe;
  const end = `-${createHash('sha256').update(plain).digest('hex').slice(0, 8)}`;
  return safe.slice(0, LIMIT - end.length) + end;
}

/** On everything that takes tags. More come from the config of the AWS provider (`aws:defaultTags`). */
export function tags(): Record<string, string> {
  return { Project: pulumi.getProject(), Stack: pulumi.getStack() };
}
