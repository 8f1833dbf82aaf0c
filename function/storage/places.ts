import type { Kind, ObjectPlace } from './store.ts';

/** Ids of objects. Neither a slash nor two dots: no id reaches out of the place of its owner and kind, however a key is read. */
const idPattern = /^(?!.*\.\.)[0-9A-Za-z][\w.-]{0,127}$/;

/** Owners, as `ownerOf` makes them. */
const ownerPattern = /^(?:project|caller|jwt|bedrock)-[\w.-]{1,64}$/;

/** The key of an object in the bucket. Throws an error for an id that is none: ids of callers are checked before. */
export function objectKey(owner: string, { kind, id }: ObjectPlace): string {
  if (!idPattern.test(id)) throw new Error('an id has characters that no object has');
  return prefixOf(owner, kind) + id;
}

/** What the keys of an owner's objects of one kind begin with. Throws an error for what is no owner. */
export function prefixOf(owner: string, kind: Kind): string {
  if (!ownerPattern.test(owner)) throw new Error('an owner has characters that no owner has');
  return `${owner}/${kind}/`;
}
