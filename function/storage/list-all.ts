import type { Listed, ObjectRange, Store } from './store.ts';

/** Lists all objects of an owner that are of one kind, in the order of their ids. */
export async function listAll(
  store: Store,
  owner: string,
  range: Omit<ObjectRange, 'cursor'>,
): Promise<readonly Listed[]> {
  const objects: Listed[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(owner, { ...range, ...(cursor !== undefined && { cursor }) });
    objects.push(...page.objects);
    cursor = page.next;
  } while (cursor !== undefined);
  return objects;
}
