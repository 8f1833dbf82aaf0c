import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { createSlots } from './slots.ts';

/** How host names are looked up. */
export interface NamesOptions {
  /** Name servers, each an address with an optional port; absent: those of the system. */
  readonly servers?: readonly string[];
  /** How long one try at one server may take, in milliseconds. */
  readonly tryMs?: number;
  /** How long the lookup of one name may take in all, in milliseconds. */
  readonly nameMs?: number;
  /** How many names are looked up at the same time, for one request and for all of them. */
  readonly most?: { readonly request: number; readonly process: number };
}

/** Looks up the addresses of a host. Rejects when there is none, or no answer in time. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Makes the lookup of one request, which ends with its signal. */
export type Names = (signal: AbortSignal) => Lookup;

const defaults = { tryMs: 1_000, nameMs: 3_000, most: { request: 8, process: 64 } } as const;

/** The second try goes to the next server, where the system names several. */
const tries = 2;

/**
 * Looks up names that callers choose, by c-ares. `dns.lookup` would ask getaddrinfo in one of libuv's four threads, for as long as a
 * slow name server likes and without a way to stop it: every other lookup of the process waits meanwhile. What only /etc/hosts knows
 * is no public host, and is not found.
 */
export function createNames(options: NamesOptions = {}): Names {
  const { servers, tryMs, nameMs, most } = { ...defaults, ...options };
  const all = createSlots(most.process);
  return (signal) => {
    const own = createSlots(most.request);
    const known = new Map<string, ReturnType<Lookup>>();
    const look: Lookup = (hostname) => own(signal, () => all(signal, () => addresses(hostname)));

    async function addresses(hostname: string): ReturnType<Lookup> {
      signal.throwIfAborted();
      const resolver = new Resolver({ timeout: tryMs, tries });
      if (servers) resolver.setServers([...servers]);
      // Queries that are cancelled reject, so nothing goes on after the time is over or the request has ended.
      const cancel = () => resolver.cancel();
      const timer = setTimeout(cancel, nameMs);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return await bothFamilies(resolver, hostname);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
      }
    }

    return (hostname) => {
      const found = known.get(hostname) ?? look(hostname);
      known.set(hostname, found);
      return found;
    };
  };
}

/** IPv4 first: a function outside of a VPC may have no way to IPv6 hosts. One family is enough. */
async function bothFamilies(resolver: Resolver, hostname: string): ReturnType<Lookup> {
  const asked = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = asked.flatMap((each, at) =>
    each.status === 'fulfilled' ? each.value.map((address) => ({ address, family: at === 0 ? 4 : 6 })) : [],
  );
  if (found.length === 0) throw new Error('no address');
  return found;
}
