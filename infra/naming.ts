import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';

import * as pulumi from '@pulumi/pulumi';

import { productName } from './settings/own-keys.ts';

/** Characters in the name of a Lambda function, the tightest limit of the resources that are named here. */
const maxNameLength = 64;

/** Characters that Lambda accepts in the name of a function, without the underscore; names of stacks may also have dots. */
const safeName = /^[A-Za-z0-9-]+$/;

/**
 * Purposes of physical names: for a function, and for the API in front of it with its logs; `keys` for the table and the user pool
 * of gateway keys; `usage` for the table in which requests are counted; `alerts` for the topic of spend alerts and alarms; `metrics` for
 * their namespace, `dashboard` and `queries` for what shows them; the others for alarms. None may be the end of another: purpose `a-b` of stack `x` and purpose `b` of stack `x-a` would have the same name.
 */
export const purposes = [
  'buffered',
  'streaming',
  'keys',
  'usage',
  'alerts',
  'metrics',
  'dashboard',
  'queries',
  'errors',
  'latency',
  'throttling',
  'spending',
  'functions',
  'active',
  'quiet',
  'silence',
  'stores',
] as const;
/** A purpose of physical names. */
export type Purpose = (typeof purposes)[number];

/**
 * A physical name made of project, stack and purpose: letters, digits and hyphens, at most 64 characters. A name that had to be
 * changed for that ends in a hash, and so does every name of a project that is not called like the product, since stack `b-c` of
 * project `a` and stack `c` of project `a-b` would look the same. So no two stacks share a name.
 */
export function physicalName(purpose: Purpose): string {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  const gateway = currentGateway.getStore();
  if (gateway !== undefined) return hashedName([project, stack, gateway], purpose);
  const isOwn = project === productName;
  const plain = `${project}-${stack}-${purpose}`;
  if (isOwn && safeName.test(plain) && plain.length <= maxNameLength) return plain;
  return hashedName([project, stack], purpose, isOwn ? plain : undefined);
}

/** A name that begins with parts of the gateway's identity, and ends in a hash over the whole of it. */
function hashedName(parts: readonly string[], purpose: Purpose, identity = [...parts, purpose].join('/')): string {
  const end = `-${purpose}-${createHash('sha256').update(identity).digest('hex').slice(0, 8)}`;
  const start = parts.join('-').replaceAll(/[^A-Za-z0-9-]/g, '-');
  return start.slice(0, maxNameLength - end.length) + end;
}

/** The gateway that is being declared, where a stack may have several. */
const currentGateway = new AsyncLocalStorage<string>();

/** Declares one of several gateways of a stack: its physical names differ from those of the others by its name. */
export function namedAfter<T>(gateway: string, declare: () => T): T {
  return currentGateway.run(gateway, declare);
}

/** Tags of every resource that takes tags. The config of the AWS provider can add more (`aws:defaultTags`). */
export function tags(): Record<string, string> {
  return { Project: pulumi.getProject(), Stack: pulumi.getStack() };
}
