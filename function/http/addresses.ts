import { BlockList, isIP } from 'node:net';

/** Not somebody else's public host (IANA's registry of special-purpose IPv4 addresses), each with what reserves it. */
const reserved4: readonly (readonly [network: string, prefix: number, why: string])[] = [
  ['0.0.0.0', 8, 'this network, and "any address of this host": RFC 1122'],
  ['10.0.0.0', 8, 'private: RFC 1918'],
  ['100.64.0.0', 10, "carriers' NAT, and EKS pods: RFC 6598"],
  ['127.0.0.0', 8, "loopback, the Lambda runtime's own API included: RFC 1122"],
  ['169.254.0.0', 16, 'link-local, instance and task metadata included: RFC 3927'],
  ['172.16.0.0', 12, 'private: RFC 1918'],
  ['192.0.0.0', 24, 'protocol assignments: RFC 6890'],
  ['192.0.2.0', 24, 'documentation: RFC 5737'],
  ['192.88.99.0', 24, '6to4 relays, given up: RFC 7526'],
  ['192.168.0.0', 16, 'private: RFC 1918'],
  ['198.18.0.0', 15, 'benchmarks: RFC 2544'],
  ['198.51.100.0', 24, 'documentation: RFC 5737'],
  ['203.0.113.0', 24, 'documentation: RFC 5737'],
  ['224.0.0.0', 4, 'multicast: RFC 5771'],
  ['240.0.0.0', 4, 'reserved, and the broadcast address: RFC 1112, RFC 919'],
];

/**
 * All that IPv6 gives to public hosts: RFC 4291. Loopback, unspecified, unique local (metadata included), link-local, site-local,
 * multicast, IPv4-mapped, IPv4-compatible and NAT64 addresses are outside of it.
 */
const global6 = ['2000::', 3] as const;

/** What of it is not for public hosts, or leads to an IPv4 address that was not looked at. */
const reserved6: readonly (readonly [network: string, prefix: number, why: string])[] = [
  [
    '2001::',
    23,
    'protocol assignments, Teredo, ORCHID and benchmarks included: RFC 2928, RFC 4380, RFC 7343, RFC 5180',
  ],
  ['2001:db8::', 32, 'documentation: RFC 3849'],
  ['2002::', 16, '6to4: RFC 3056'],
  ['3fff::', 20, 'documentation: RFC 9637'],
];

const refused4 = new BlockList();
for (const [network, prefix] of reserved4) refused4.addSubnet(network, prefix, 'ipv4');

const allowed6 = new BlockList();
allowed6.addSubnet(...global6, 'ipv6');

const refused6 = new BlockList();
for (const [network, prefix] of reserved6) refused6.addSubnet(network, prefix, 'ipv6');

/** Whether an address belongs to a host of the public internet: nothing else may be reached for a caller. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refused4.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) says that the address is local.
  if (family !== 6 || address.includes('%')) return false;
  return allowed6.check(address, 'ipv6') && !refused6.check(address, 'ipv6');
}
