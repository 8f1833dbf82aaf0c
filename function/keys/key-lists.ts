import type { DirectoryParts } from './change.ts';
import { deploymentKey, isDeploymentKeyId } from './deployment-key.ts';
import type { KeyDirectory, PageQuery } from './directory.ts';
import { accountOf, accountPlace, keyOf, keyPlace, partitions } from './items.ts';
import { keyReader } from './key-records.ts';
import { adminProjectId, isKeyId, placeOf } from './key-text.ts';
import { cursorOf, firstOf, itemsIn } from './lists.ts';
import type { KeyRecord } from './records.ts';

/** Makes the operations of the directory that read keys. */
export function keyReads({
  stack,
  table,
}: Pick<DirectoryParts, 'stack' | 'table'>): Pick<KeyDirectory, 'key' | 'keys'> {
  const first = deploymentKey(stack);
  const read = keyReader(table, stack);

  /** The keys of a project in the table that are not revoked, and whose accounts are not deleted. */
  async function* projectKeys(projectId: string, query: PageQuery, after?: string): AsyncGenerator<KeyRecord> {
    const { order, limit } = query;
    for await (const items of itemsIn(table, { ...partitions.keys(projectId), order, after, limit: limit + 1 })) {
      const keys = items.map(keyOf).filter(({ id, state }) => state === 'active' && !isDeploymentKeyId(id));
      yield* projectId === adminProjectId ? keys : await withAccounts(projectId, keys);
    }
  }

  async function withAccounts(projectId: string, keys: readonly KeyRecord[]): Promise<readonly KeyRecord[]> {
    const ids = new Set(keys.map(({ id }) => placeOf(id).accountId));
    const items = await table.read([...ids].map((id) => accountPlace({ projectId, id })));
    const accounts = items.flatMap((item) => (item === undefined ? [] : [accountOf(item)]));
    const active = new Set(accounts.filter(({ state }) => state === 'active').map(({ id }) => id));
    return keys.filter(({ id }) => active.has(placeOf(id).accountId));
  }

  /** The key of the deployment has the lowest id of all. */
  async function* adminKeys(query: PageQuery, after?: string): AsyncGenerator<KeyRecord> {
    const own = (await read(first.id))?.key;
    const shown = own?.state === 'active' ? [own] : [];
    if (query.order === 'asc' && query.after === undefined) yield* shown;
    if (query.order === 'asc' || query.after !== first.id) yield* projectKeys(adminProjectId, query, after);
    if (query.order === 'desc' && query.after !== first.id) yield* shown;
  }

  return {
    key: async (id) => (isKeyId(id) ? (await read(id))?.key : undefined),

    async keys(projectId, query) {
      const isAdmin = projectId === adminProjectId;
      // The key of the deployment is in the list whether or not the table has a record of it.
      const isAtFirst = isAdmin && query.after === first.id;
      const after = isAtFirst
        ? undefined
        : await cursorOf(table, query, (id) =>
            isKeyId(id) && placeOf(id).projectId === projectId ? keyPlace(id) : undefined,
          );
      return firstOf(isAdmin ? adminKeys(query, after) : projectKeys(projectId, query, after), query.limit);
    },
  };
}
