import type { AuditRecord } from '../../function/keys/directory.ts';
import {
  accountPlace,
  auditOf,
  itemOf,
  keyPlace,
  projectPlace,
  type Item,
  type Place,
} from '../../function/keys/items.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from '../../function/keys/records.ts';
import type { KeyTable, Range, Write, Written } from '../../function/keys/table.ts';

type AnyRecord = ProjectRecord | AccountRecord | KeyRecord;

/** A key table in memory. */
export interface FakeTable extends KeyTable {
  readonly items: Map<string, Item>;
  readonly reads: (readonly Place[])[];
  readonly writes: (readonly Write[])[];
  /** What comes before each operation: a wait, or an error. */
  before: (operation: 'read' | 'query' | 'write') => Promise<void>;
  /** The audit records, oldest first. */
  readonly audit: () => AuditRecord[];
}

/** A table with these records, whose transactions conflict as long as one of their items is in another's hands. */
export function fakeTable(records: readonly AnyRecord[]): FakeTable {
  const items = new Map(
    records.map((record) => {
      const place = placeOf(record);
      return [nameOf(place), itemOf(place, record)] as const;
    }),
  );
  const held = new Set<string>();

  function failed(write: Write): boolean {
    if ('check' in write) return items.get(nameOf(write.check))?.['state']?.S !== write.state;
    const found = items.get(nameOfItem(write.put));
    return write.over === 'nothing' ? found !== undefined : found?.['version']?.N !== String(write.over.version);
  }

  async function transact(writes: readonly Write[]): Promise<Written> {
    const names = writes.map((write) => ('check' in write ? nameOf(write.check) : nameOfItem(write.put)));
    if (names.some((name) => held.has(name))) return { outcome: 'contended' };
    for (const name of names) held.add(name);
    await fake.before('write');
    for (const name of names) held.delete(name);
    const lost = writes.flatMap((write, at) => (failed(write) ? [at] : []));
    if (lost.length > 0) return { outcome: 'refused', failed: lost };
    for (const write of writes) if ('put' in write) items.set(nameOfItem(write.put), write.put);
    return { outcome: 'written' };
  }

  const fake: FakeTable = {
    items,
    reads: [],
    writes: [],
    before: () => Promise.resolve(),
    audit: () => auditItems(items).map(auditOf),
    async read(places) {
      fake.reads.push(places);
      await fake.before('read');
      return places.map((place) => items.get(nameOf(place)));
    },
    async query(range) {
      await fake.before('query');
      return page(items, range);
    },
    async write(writes) {
      fake.writes.push(writes);
      return transact(writes);
    },
  };
  return fake;
}

function page(items: ReadonlyMap<string, Item>, { pk, prefix, order, limit, after }: Range) {
  const all = [...items.values()]
    .filter((item) => item['pk']?.S === pk && sortKey(item).startsWith(prefix))
    .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  if (order === 'desc') all.reverse();
  const rest = all.filter(
    (item) => after === undefined || (order === 'asc' ? sortKey(item) > after : sortKey(item) < after),
  );
  const some = rest.slice(0, limit);
  // As DynamoDB does: a page that is full has a key to go on after, even where nothing follows.
  return { items: some, after: some.length === limit ? some.map(sortKey).at(-1) : undefined };
}

function auditItems(items: ReadonlyMap<string, Item>): readonly Item[] {
  return page(items, { pk: 'audit', prefix: '', order: 'asc', limit: 10_000 }).items;
}

function placeOf(record: AnyRecord): Place {
  if ('kind' in record) return keyPlace(record.id);
  return 'projectId' in record ? accountPlace(record) : projectPlace(record.id);
}

function sortKey(item: Item): string {
  return item['sk']?.S ?? '';
}

function nameOf({ pk, sk }: Place): string {
  return `${pk} ${sk}`;
}

function nameOfItem(item: Item): string {
  return `${item['pk']?.S} ${item['sk']?.S}`;
}
