import type { SpendingRules } from '../auth/spending-policy.ts';
import type { Services } from '../request-context.ts';

/** What the config of the stack says of calls that it pays for. */
export function spendingRules({ catalog, config }: Pick<Services, 'catalog' | 'config'>): SpendingRules {
  const { callersMaySet, guardrail } = catalog;
  return { callersMaySet, ...(guardrail && { guardrail }), takesBedrockKeys: config.bedrockKeys !== 'none' };
}
