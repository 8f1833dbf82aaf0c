import { orOwnKey, type KeyPolicy } from '../auth/own-key.ts';
import { notCarried, type SpendingRules } from '../auth/spending-policy.ts';
import type { CallerField, Catalog } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { HttpHeaders } from '../http-values.ts';

/** What InvokeModel says in headers, all of it by this prefix. */
const prefix = 'x-amzn-bedrock-';

/** A client's header fields that are about the operation. */
export function operationHeaders(headers: HttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith(prefix)));
}

/** A client's header fields that are sent on in a call that the caller pays for; the backend's allow list has the last word. */
export function callerHeaders(headers: HttpHeaders): Readonly<Record<string, string>> {
  const negotiated = ['accept', 'content-type'].flatMap((name) => {
    const value = headers.get(name);
    return value ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(negotiated), ...operationHeaders(headers) };
}

/** Headers that make the stack pay more or reach into its account: what each is for Converse, and when it asks for nothing. */
const privileged: ReadonlyMap<string, { readonly field: CallerField; readonly free?: string }> = new Map([
  [`${prefix}guardrailidentifier`, { field: 'guardrailConfig' }],
  [`${prefix}guardrailversion`, { field: 'guardrailConfig' }],
  [`${prefix}performanceconfig-latency`, { field: 'performanceConfig', free: 'standard' }],
  [`${prefix}service-tier`, { field: 'serviceTier', free: 'default' }],
]);

/**
 * The header fields of a call that the stack pays for, as far as callers may set them, and the names of those that are left out. Throws an
 * ApiError 400 for one that they may not set.
 */
export function stackPaidHeaders(
  sent: Readonly<Record<string, string>>,
  rules: Omit<SpendingRules, 'guardrail'>,
): { readonly headers: Readonly<Record<string, string>>; readonly ignored: readonly string[] } {
  const asked = Object.entries(sent).filter(([name, value]) => privileged.get(name)?.free !== value);
  for (const [name] of asked) {
    const field = privileged.get(name)?.field;
    if (field !== undefined && !rules.callersMaySet.includes(field)) throw notTheirs(name, field, rules);
  }
  const [kept, others] = [
    asked.filter(([name]) => privileged.has(name)),
    asked.filter(([name]) => !privileged.has(name)),
  ];
  return { headers: Object.fromEntries(kept), ignored: others.map(([name]) => name) };
}

/** Throws a 400 for a header that asks for a guardrail where another server than Bedrock answers. */
export function checkHeadersOutsideBedrock(headers: Readonly<Record<string, string>>): void {
  const guarding = Object.keys(headers).find((name) => privileged.get(name)?.field === 'guardrailConfig');
  if (guarding !== undefined) throw notCarried(guarding, 'outside of Amazon Bedrock');
}

/** Header fields with the stack's own guardrail, where it has one, in place of any that a caller asks for. */
export function guardedHeaders(
  headers: Readonly<Record<string, string>>,
  { guardrail }: Pick<Catalog, 'guardrail'>,
): Readonly<Record<string, string>> {
  if (guardrail === undefined) return headers;
  const { identifier, version } = guardrail;
  return { ...headers, [`${prefix}guardrailidentifier`]: identifier, [`${prefix}guardrailversion`]: version };
}

function notTheirs(name: string, field: CallerField, policy: KeyPolicy): ApiError {
  return new ApiError(
    `The stack pays for this call, and its config does not let callers set the header ${name}: leave it out${orOwnKey(policy)}. ` +
      `(The config allows it with ${field} in bedrock-gateway:callersMaySet.)`,
    { status: 400, code: 'not_allowed_at_this_cost', param: name },
  );
}
