import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { createSlots } from './slots.ts';

/** How host names are looked up; each field has a default. */
export interface LookupOptions {
  /** Name servers, each an address with an optional port; absent: those of the system. */
  readonly servers?: readonly string[];
  /** How long one query to one server may take, in milliseconds. */
  readonly queryTimeoutMs?: number;
  /** How long the lookup of one name may take in all, in milliseconds. */
  readonly timeoutMs?: number;
  /** How many names are looked up at the same time, for one request and in the whole process. */
  readonly maxConcurrent?: { readonly request: number; readonly process: number };
}

/** Looks up the addresses of a host. Rejects when there is none, or no answer in time. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Makes the lookup of one request, which asks for each name once and stops with the request's signal. */
export type LookupFactory = (signal: AbortSignal) => Lookup;

const defaults = { queryTimeoutMs: 1_000, timeoutMs: 3_000, maxConcurrent: { request: 8, process: 64 } } as const;

/** Queries for one name. The second goes to the next server, where the system has several. */
const maxQueries = 2;

/**
 * Makes lookups for host names that callers choose, by c-ares. `dns.lookup` would block one of libuv's four threads for as long as a
 * slow name server takes, and cannot be cancelled: every other lookup of the process would wait. Names that only /etc/hosts has are
 * not found; they are no public hosts.
 */
export function createLookups(options: LookupOptions = {}): LookupFactory {
  const { servers, queryTimeoutMs, timeoutMs, maxConcurrent } = { ...defaults, ...options };
  const processSlots = createSlots(maxConcurrent.process);
  return (signal) => {
    const requestSlots = createSlots(maxConcurrent.request);
    const cache = new Map<string, ReturnType<Lookup>>();
    const lookUp: Lookup = (hostname) => requestSlots(signal, () => processSlots(signal, () => resolve(hostname)));

    async function resolve(hostname: string): ReturnType<Lookup> {
      signal.throwIfAborted();
      const resolver = new Resolver({ timeout: queryTimeoutMs, tries: maxQueries });
      if (servers) resolver.setServers([...servers]);
      // A cancelled query rejects, so nothing goes on after the timeout or the end of the request.
      const cancel = () => resolver.cancel();
      const timer = setTimeout(cancel, timeoutMs);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return await resolveBoth(resolver, hostname);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
      }
    }

    return (hostname) => {
      const found = cache.get(hostname) ?? lookUp(hostname);
      cache.set(hostname, found);
      return found;
    };
  };
}

/** Addresses of both families, IPv4 first: a function outside a VPC may not reach IPv6 hosts. One family is enough. */
async function resolveBoth(resolver: Resolver, hostname: string): ReturnType<Lookup> {
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = answers.flatMap((each, at) =>
    each.status === 'fulfilled' ? each.value.map((address) => ({ address, family: at === 0 ? 4 : 6 })) : [],
  );
  if (found.length === 0) throw new Error('no address');
  return found;
}
