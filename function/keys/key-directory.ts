import { accountsOf } from './accounts.ts';
import type { DirectoryParts } from './change.ts';
import type { AuditRecord, KeyDirectory } from './directory.ts';
import { auditOf, auditPlace, partitions } from './items.ts';
import { keyChanges } from './key-changes.ts';
import { keyReads } from './key-lists.ts';
import { isShortId } from './key-text.ts';
import { cursorOf, firstOf, itemsIn } from './lists.ts';
import { keyCreation } from './new-keys.ts';
import { projectsOf } from './projects.ts';
import { reconciliation } from './reconcile.ts';
import { rulesIn } from './rules.ts';

/** Makes the directory of projects, service accounts and keys, over the key table and the user pool. */
export function createKeyDirectory(parts: DirectoryParts): KeyDirectory {
  return {
    ...projectsOf(parts),
    ...accountsOf(parts),
    ...keyReads(parts),
    ...keyChanges(parts),
    ...rulesIn(parts),
    createKey: keyCreation(parts),
    audit: auditReads(parts),
    reconcile: reconciliation(parts),
  };
}

function auditReads({ table }: DirectoryParts): KeyDirectory['audit'] {
  return async (query) => {
    const after = await cursorOf(table, query, (id) => (isShortId(id) ? auditPlace(id) : undefined));
    return firstOf(all(), query.limit);

    async function* all(): AsyncGenerator<AuditRecord> {
      const { order, limit } = query;
      for await (const items of itemsIn(table, { ...partitions.audit, order, after, limit: limit + 1 })) {
        yield* items.map(auditOf);
      }
    }
  };
}
