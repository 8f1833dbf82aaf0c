import type { Usage } from '../pipeline/usage.ts';
import type { Tail } from './counter.ts';
import { usedPlace } from './places.ts';
import { wholeTokens } from './prices.ts';
import type { Costs } from './spend.ts';
import { usageUpdates, type Used } from './usage-rows.ts';
import { changeOf, type UsageTable } from './usage-table.ts';

/** Keys whose last use is remembered, so that it is not written again within a minute. */
const maxKeys = 10_000;

const minuteMs = 60_000;

/** Counts what projects use, in minutes, hours and days. A request that no target has answered counts for nothing. */
export function usageTail(table: UsageTable, costs: Costs): Tail {
  return async ({ caller, demand, at, spent }) => {
    const { project: projectId, keyId, id } = caller;
    if (projectId === undefined || spent.target === undefined) return;
    const used = { requests: 1, ...tokensOf(spent.usage), ...positive('cost', costs.actual({ demand, spent })) };
    const { operation, model } = demand;
    const updates = usageUpdates({ operation, projectId, callerId: keyId ?? id, model, at }, used);
    await Promise.all(updates.map((update) => changeOf(table, update)));
  };
}

/** Writes down when a gateway key was used last: at most once a minute for each key, as far as this environment knows. */
export function lastUsedTail(table: UsageTable): Tail {
  const written = new Map<string, number>();
  return async ({ caller: { project, keyId }, at, spent }) => {
    if (project === undefined || keyId === undefined || spent.target === undefined) return;
    const last = written.get(keyId);
    if (last !== undefined && at - last < minuteMs) return;
    if (written.size >= maxKeys) written.clear();
    written.set(keyId, at);
    await changeOf(table, { ...usedPlace(keyId), set: { at: Math.floor(at / 1_000) }, returns: 'nothing' });
  };
}

function tokensOf(usage: Usage = {}): Partial<Used> {
  return {
    ...positive('inputTokens', usage.inputTokens),
    ...positive('outputTokens', usage.outputTokens),
    ...positive('cacheReadTokens', usage.cacheReadTokens),
    ...positive('cacheWriteTokens', usage.cacheWriteTokens),
  };
}

function positive(name: keyof Used, value = 0): Partial<Used> {
  const whole = wholeTokens(value);
  return whole > 0 ? { [name]: whole } : {};
}
