import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublic } from './addresses.ts';
import type { Lookup } from './lookup.ts';

/**
 * A lookup for connections that may only reach the public internet: whatever a name resolves to, private addresses are left out. It is for
 * names in the config; `createLookups` is for those that callers choose.
 */
export function publicLookup(
  find: Lookup = (hostname) => lookup(hostname, { all: true, order: 'ipv4first' }),
): LookupFunction {
  return (hostname, { all }, found) => {
    const take = (addresses: Awaited<ReturnType<Lookup>>): void => {
      const reachable = addresses.filter(({ address }) => isPublic(address));
      const [first] = reachable;
      if (first === undefined) found(new Error('no public address'), '');
      else if (all === true) found(null, reachable);
      else found(null, first.address, first.family);
    };
    find(hostname).then(take, (error: NodeJS.ErrnoException) => found(error, ''));
  };
}
