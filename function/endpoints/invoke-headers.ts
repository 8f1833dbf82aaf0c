import { notCarried } from '../auth/spending-policy.ts';
import type { CallerField, Catalog } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { HttpHeaders } from '../http-values.ts';

/** What InvokeModel says in headers, all of it by this prefix. */
const prefix = 'x-amzn-bedrock-';

/** Those of a client's headers that are about the operation. */
export function invokeHeaders(headers: HttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...headers].filter(([name]) => name.startsWith(prefix)).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Headers of the client that go on in a call that the caller pays; the backend's allow list has the last word. */
export function ownHeaders(headers: HttpHeaders): Readonly<Record<string, string>> {
  const given = ['accept', 'content-type'].flatMap((name) => {
    const value = headers.get(name);
    return value ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(given), ...invokeHeaders(headers) };
}

/** Headers that make the stack pay more or reach into its account: what each is for Converse, and when it asks for nothing. */
const costly: ReadonlyMap<string, { readonly member: CallerField; readonly free?: string }> = new Map([
  [`${prefix}guardrailidentifier`, { member: 'guardrailConfig' }],
  [`${prefix}guardrailversion`, { member: 'guardrailConfig' }],
  [`${prefix}performanceconfig-latency`, { member: 'performanceConfig', free: 'standard' }],
  [`${prefix}service-tier`, { member: 'serviceTier', free: 'default' }],
]);

/** The headers of a call that the stack pays, as far as callers may set them, and the names of those that are left out. */
export function spentHeaders(
  given: Readonly<Record<string, string>>,
  { callersMaySet }: Pick<Catalog, 'callersMaySet'>,
): { readonly headers: Readonly<Record<string, string>>; readonly ignored: readonly string[] } {
  const asked = Object.entries(given).filter(([name, value]) => costly.get(name)?.free !== value);
  for (const [name] of asked) {
    const member = costly.get(name)?.member;
    if (member !== undefined && !callersMaySet.includes(member)) throw notTheirs(name, member);
  }
  const [kept, others] = [asked.filter(([name]) => costly.has(name)), asked.filter(([name]) => !costly.has(name))];
  return { headers: Object.fromEntries(kept), ignored: others.map(([name]) => name) };
}

/** Throws a 400 for a header that asks for a guardrail where another server than Bedrock answers. */
export function checkElsewhere(headers: Readonly<Record<string, string>>): void {
  const guarding = Object.keys(headers).find((name) => costly.get(name)?.member === 'guardrailConfig');
  if (guarding !== undefined) throw notCarried(guarding, 'outside of Amazon Bedrock');
}

/** With the stack's own guardrail, where it has one, over any that a caller asks for. */
export function guardedHeaders(
  headers: Readonly<Record<string, string>>,
  { guardrail }: Pick<Catalog, 'guardrail'>,
): Readonly<Record<string, string>> {
  if (guardrail === undefined) return headers;
  const { identifier, version } = guardrail;
  return { ...headers, [`${prefix}guardrailidentifier`]: identifier, [`${prefix}guardrailversion`]: version };
}

function notTheirs(name: string, member: CallerField): ApiError {
  return new ApiError(
    `The stack pays for this call, and its config does not let callers set the header ${name}: leave it out, or use an Amazon ` +
      `Bedrock API key of your own. (The config allows it with ${member} in bedrock-gateway:callersMaySet.)`,
    { status: 400, code: 'not_allowed_at_this_cost', param: name },
  );
}
