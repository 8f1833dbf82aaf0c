import type { PassthroughAnswer } from '../../function/backends/backend.ts';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';

/** The failure of an outcome that must be one. */
export function failed(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error('it did not fail');
  return outcome.failure;
}

/** All that passes, and the failure at its end. */
export async function drained(outcome: Outcome<PassthroughAnswer>): Promise<{ text: string; failure?: Failure }> {
  if (!outcome.ok) throw new Error(`failed at once: ${outcome.failure.message}`);
  const bytes: Uint8Array[] = [];
  let failure: Failure | undefined;
  for await (const item of outcome.value.body) {
    if ('failure' in item) failure = item.failure;
    else bytes.push(item);
  }
  return { text: Buffer.concat(bytes).toString('utf8'), ...(failure && { failure }) };
}

/** All items of a stream of events. */
export async function all<Event>(outcome: Outcome<AsyncIterable<readonly Event[]>>): Promise<Event[]> {
  if (!outcome.ok) throw new Error(`failed at once: ${outcome.failure.message}`);
  const items: Event[] = [];
  for await (const batch of outcome.value) items.push(...batch);
  return items;
}
