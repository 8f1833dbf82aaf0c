import { BlockList, isIP } from 'node:net';

type Network = readonly [network: string, prefix: number];

/** IPv4 networks that are not public (IANA's registry of special-purpose addresses), each with what reserves it. */
const reservedIPv4: readonly Network[] = [
  // This network, and "any address of this host": RFC 1122.
  ['0.0.0.0', 8],
  // Private: RFC 1918.
  ['10.0.0.0', 8],
  // Carriers' NAT, and EKS pods: RFC 6598.
  ['100.64.0.0', 10],
  // Loopback, the Lambda runtime's own API included: RFC 1122.
  ['127.0.0.0', 8],
  // Link-local, instance and task metadata included: RFC 3927.
  ['169.254.0.0', 16],
  // Private: RFC 1918.
  ['172.16.0.0', 12],
  // Protocol assignments: RFC 6890.
  ['192.0.0.0', 24],
  // Documentation: RFC 5737.
  ['192.0.2.0', 24],
  // 6to4 relays, given up: RFC 7526.
  ['192.88.99.0', 24],
  // Private: RFC 1918.
  ['192.168.0.0', 16],
  // Benchmarks: RFC 2544.
  ['198.18.0.0', 15],
  // Documentation: RFC 5737.
  ['198.51.100.0', 24],
  // Documentation: RFC 5737.
  ['203.0.113.0', 24],
  // Multicast: RFC 5771.
  ['224.0.0.0', 4],
  // Reserved, and the broadcast address: RFC 1112, RFC 919.
  ['240.0.0.0', 4],
];

/**
 * The IPv6 addresses of public hosts: RFC 4291. Loopback, unspecified, unique local (metadata included), link-local, site-local,
 * multicast, IPv4-mapped, IPv4-compatible and NAT64 addresses are outside of this network.
 */
const publicIPv6 = ['2000::', 3] as const;

/** Networks within it that are not for public hosts, or that lead to an IPv4 address which was not checked. */
const reservedIPv6: readonly Network[] = [
  // Protocol assignments, Teredo, ORCHID and benchmarks included: RFC 2928, RFC 4380, RFC 7343, RFC 5180.
  ['2001::', 23],
  // Documentation: RFC 3849.
  ['2001:db8::', 32],
  // 6to4: RFC 3056.
  ['2002::', 16],
  // Documentation: RFC 9637.
  ['3fff::', 20],
];

const refusedIPv4 = new BlockList();
for (const [network, prefix] of reservedIPv4) refusedIPv4.addSubnet(network, prefix, 'ipv4');

const allowedIPv6 = new BlockList();
allowedIPv6.addSubnet(...publicIPv6, 'ipv6');

const refusedIPv6 = new BlockList();
for (const [network, prefix] of reservedIPv6) refusedIPv6.addSubnet(network, prefix, 'ipv6');

/** Whether an address is one of the public internet. Nothing else may be reached on behalf of a caller. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refusedIPv4.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) says that the address is local.
  if (family !== 6 || address.includes('%')) return false;
  return allowedIPv6.check(address, 'ipv6') && !refusedIPv6.check(address, 'ipv6');
}
