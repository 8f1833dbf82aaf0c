import { makeChange, putRecord, type RecordChange, type DirectoryParts } from './change.ts';
import type { Actor, KeyDirectory } from './directory.ts';
import { accountOf, accountPlace, itemOf, partitions, projectPlace } from './items.ts';
import { isShortId, shortId } from './key-text.ts';
import { cursorOf, firstOf, itemsIn } from './lists.ts';
import type { AccountRecord } from './records.ts';
import type { Write } from './table.ts';

type Accounts = Pick<KeyDirectory, 'createAccount' | 'account' | 'accounts' | 'updateAccount' | 'deleteAccount'>;

type AccountIds = Pick<AccountRecord, 'projectId' | 'id'>;

/** The service accounts of the directory. */
export function accountsOf(parts: DirectoryParts): Accounts {
  const { table, now, bytes } = parts;

  async function account({ projectId, id }: AccountIds): Promise<AccountRecord | undefined> {
    const isId = isShortId(projectId) && isShortId(id);
    const [item] = isId ? await table.read([accountPlace({ projectId, id })]) : [];
    return item && accountOf(item);
  }

  function change(
    ids: AccountIds,
    actor: Actor,
    next: (found: AccountRecord) => { readonly record: AccountRecord; readonly audit: RecordChange<unknown>['audit'] },
  ): Promise<AccountRecord | undefined> {
    return makeChange<AccountRecord | undefined>(parts, actor, async () => {
      const found = await account(ids);
      if (found?.state !== 'active') return { result: undefined };
      const { record, audit } = next(found);
      const result = { ...record, version: found.version + 1 };
      return { result, writes: [write(result, found.version)], audit };
    });
  }

  return {
    createAccount: ({ projectId, name, role }, actor) =>
      makeChange<AccountRecord | undefined>(parts, actor, async () => {
        if (!isShortId(projectId)) return { result: undefined };
        const id = shortId(now(), bytes(8));
        const createdAt = Math.floor(now() / 1_000);
        const result: AccountRecord = { projectId, id, name, role, state: 'active', createdAt, version: 1 };
        const isActive: Write = { check: projectPlace(projectId), state: 'active' };
        return Promise.resolve({
          result,
          writes: [isActive, write(result)],
          audit: { type: 'service_account.created', projectId, details: { id, data: { role } } },
          refused: (failed: readonly number[]) => (failed.includes(0) ? { result: undefined } : undefined),
        });
      }),

    account: (projectId, id) => account({ projectId, id }),

    async accounts(projectId, query) {
      const after = await cursorOf(table, query, (id) => (isShortId(id) ? accountPlace({ projectId, id }) : undefined));
      return firstOf(all(), query.limit);

      async function* all(): AsyncGenerator<AccountRecord> {
        const { order, limit } = query;
        const records = { ...partitions.accounts(projectId), order, after, limit: limit + 1 };
        for await (const items of itemsIn(table, records)) {
          yield* items.map(accountOf).filter(({ state }) => state === 'active');
        }
      }
    },

    updateAccount: (ids, { name, role }, actor) =>
      change(ids, actor, (found) => {
        const record = { ...found, ...(name !== undefined && { name }), ...(role !== undefined && { role }) };
        const details = { id: ids.id, changes_requested: role === undefined ? {} : { role } };
        return { record, audit: { type: 'service_account.updated', projectId: ids.projectId, details } };
      }),

    deleteAccount: ({ projectId, id }, actor) =>
      change({ projectId, id }, actor, (found) => ({
        record: { ...found, state: 'deleted' },
        audit: { type: 'service_account.deleted', projectId, details: { id } },
      })),
  };
}

function write(record: AccountRecord, over?: number): Write {
  return putRecord(itemOf(accountPlace(record), record), accountOf, over);
}
