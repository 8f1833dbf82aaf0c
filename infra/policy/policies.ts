import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';

import { bucketRules } from './buckets.ts';
import { exceptions, isExcepted } from './exceptions.ts';
import { resourceRules } from './resources.ts';
import type { ResourceRule, StackRule } from './rule.ts';

/** Config of a policy. */
interface Config {
  readonly exceptions?: boolean;
}

/** The policies as Pulumi runs them. */
export const policies: Policies = [...resourceRules.map(resourcePolicy), ...bucketRules.map(stackPolicy)];

function resourcePolicy({ name, description, checks }: ResourceRule): ResourceValidationPolicy {
  const hasExceptions = exceptions.some(({ policy }) => policy === name);
  const properties = { exceptions: { type: 'boolean', default: true } } as const;
  return {
    name,
    description,
    ...(hasExceptions && { configSchema: { properties } }),
    validateResource: (args, report) => {
      const { type, urn, props } = args;
      const { exceptions: isLenient = true } = hasExceptions ? args.getConfig<Config>() : {};
      for (const message of checks[type]?.(props) ?? []) {
        if (!isLenient || !isExcepted(name, { urn }, message)) report(message);
      }
    },
  };
}

function stackPolicy({ name, description, check }: StackRule): StackValidationPolicy {
  return {
    name,
    description,
    validateStack: ({ resources }, report) => {
      for (const { message, urn } of check(resources)) report(message, urn);
    },
  };
}
