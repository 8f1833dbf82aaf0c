import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { codeOf } from './answers.ts';
import { failed, ok, skipped, type Check } from './check.ts';

/** Resolves a host name to its addresses. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Asks the resolver of the operating system, as every client on this machine does. */
export const lookupOfSystem: Lookup = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => address);

/** The host of a URL without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replaceAll(/^\[|\]$/g, '');
}

/** Checks that the host of a base URL has an address. */
export async function checkDns(url: URL, lookup: Lookup): Promise<Check> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return skipped('dns', `the base URL has an address, ${host}`);
  try {
    return ok('dns', `${host} has the address ${(await lookup(host)).join(', ')}`);
  } catch (error) {
    return failed(
      'dns',
      `${host} has no address (${codeOf(error)})`,
      "npx pulumi up writes the record into the domain's Route 53 zone, which must be the zone that the domain's registrar names. With dns: false, write the record yourself: npx pulumi stack output dnsTarget",
    );
  }
}
