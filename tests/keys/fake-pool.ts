import { attributesOf, mirrorOf } from '../../function/keys/mirror.ts';
import type { KeyPool } from '../../function/keys/pool.ts';
import type { KeyRecord } from '../../function/keys/records.ts';

/** A user pool in memory, which keeps attributes as Cognito does. */
export interface FakePool extends KeyPool {
  readonly users: Map<string, ReturnType<typeof attributesOf>>;
  /** What comes before each write: a wait, or an error. */
  before: (operation: 'create' | 'put') => Promise<void>;
  readonly mirror: (id: string) => ReturnType<typeof mirrorOf>;
}

/** A pool with users for these keys, which lists two of them at once. */
export function fakePool(keys: readonly KeyRecord[] = []): FakePool {
  const users = new Map(keys.map((key) => [key.id, attributesOf(key)]));
  const pool: FakePool = {
    users,
    before: () => Promise.resolve(),
    mirror: (id) => mirrorOf(id, users.get(id) ?? []),
    async create(key) {
      await pool.before('create');
      if (users.has(key.id)) return 'exists';
      users.set(key.id, attributesOf(key));
      return 'created';
    },
    async put(key) {
      await pool.before('put');
      users.set(key.id, attributesOf(key));
    },
    async list({ from = '0', projectId = '' } = {}) {
      const at = Number(from);
      const all = [...users.keys()]
        .filter((id) => id.startsWith(projectId))
        .map((id) => ({ id, mirror: pool.mirror(id) }));
      return Promise.resolve({ users: all.slice(at, at + 2), next: at + 2 < all.length ? String(at + 2) : undefined });
    },
  };
  return pool;
}
