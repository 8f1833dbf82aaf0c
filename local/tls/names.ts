import { isIP, isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** A name or an address that clients may use for the server, as certificates have it. */
export interface ServerName {
  readonly type: 'dns' | 'ip';
  readonly value: string;
}

const loopbackNames = ['localhost', '127.0.0.1', '::1'];
const everyInterface = new Set(['0.0.0.0', '::']);

/** The names of a server that listens on `host`: the loopback ones and the host itself, or all of this machine's for every interface. */
export function serverNames(host: string): ServerName[] {
  const values = everyInterface.has(host) ? [...loopbackNames, ...namesOfThisMachine()] : [...loopbackNames, host];
  return [...new Set(values.map(canonical))].map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
}

function namesOfThisMachine(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)];
}

/** The spelling of clients, which read it in a URL. The zone of an IPv6 address (`%eth0`) has no place in certificates. */
function canonical(name: string): string {
  const address = name.replace(/%.*$/, '');
  const url = `http://${isIPv6(address) ? `[${address}]` : address}`;
  return URL.canParse(url) ? new URL(url).hostname.replaceAll(/[[\]]/g, '') : address.toLowerCase();
}
