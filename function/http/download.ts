import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Lookup, LookupFactory } from './lookup.ts';

/** How the network is reached. */
export interface Network {
  readonly lookups: LookupFactory;
  readonly isPublic: (address: string) => boolean;
  readonly request: (options: RequestOptions) => ClientRequest;
}

/** The bytes that all downloads of one request may still read. */
export interface Budget {
  leftBytes: number;
}

/** How a download reaches the network, and what bounds it. */
export interface Limits {
  readonly network: Omit<Network, 'lookups'>;
  readonly lookup: Lookup;
  readonly budget: Budget;
  readonly signal: AbortSignal;
  /** The types that are asked for; those of images where nothing is said. */
  readonly accept?: string;
}

/** A longer chain of redirects is a mistake, or an attempt to keep the gateway busy. */
const maxRedirects = 3;

/** Public hosts have a few addresses; the connection tries them one by one. */
const maxAddresses = 16;

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** The headers of every download. They carry nothing of the caller's: no key, no cookie, no user agent. */
const headers = {
  accept: 'image/png, image/jpeg, image/gif, image/webp',
  'accept-encoding': 'identity',
  'user-agent': 'bedrock-gateway',
};

/** Downloads from an https URL of the public internet, redirects followed. Rejects for any other URL. */
export async function download(url: string, limits: Limits): Promise<Buffer> {
  let target = checkedUrl(url);
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const response = await request(target, limits);
    if (!redirectStatuses.has(response.statusCode ?? 0)) return await readContent(response, limits.budget);
    response.destroy();
    target = checkedUrl(new URL(response.headers.location ?? '', target));
  }
  throw new Error('too many redirects');
}

function checkedUrl(url: string | URL): URL {
  const target = new URL(url);
  if (target.protocol !== 'https:') throw new Error('not https');
  // `URL` leaves the port out when it is 443, however it was written.
  if (target.port !== '') throw new Error('not port 443');
  if (target.username !== '' || target.password !== '') throw new Error('credentials in the URL');
  return target;
}

/**
 * The head of the answer to one request. The connection goes to the addresses that were checked: a name that resolves to something
 * else a moment later (DNS rebinding) changes nothing. The certificate must still be for the name.
 */
async function request(target: URL, { network, lookup, signal, accept }: Limits): Promise<IncomingMessage> {
  // `URL` has turned every odd notation of an IPv4 address (0x7f.1, 2130706433) into the plain one.
  const hostname = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(hostname);
  // Node looks up no address for an address.
  const resolved = family === 0 ? await lookup(hostname) : [{ address: hostname, family }];
  const addresses = resolved.filter(({ address }) => network.isPublic(address)).slice(0, maxAddresses);
  const [first] = addresses;
  if (!first) throw new Error('no public address');
  const outgoing = network.request({
    hostname,
    port: 443,
    path: `${target.pathname}${target.search}`,
    method: 'GET',
    headers: accept === undefined ? headers : { ...headers, accept },
    signal,
    // A connection of its own: a kept one was checked earlier, for another request.
    agent: false,
    ...(family === 0 && { servername: hostname }),
    lookup: (_hostname, options, found) => {
      if (options.all === true) found(null, [...addresses]);
      else found(null, first.address, first.family);
    },
  });
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    // Stays: an error after the head must not end the process; the body's reader sees it as well.
    outgoing.on('error', reject);
    // After a 101 Node emits neither a response nor an error: it just closes.
    outgoing.once('close', () => reject(new Error('no answer')));
    outgoing.end();
  });
}

async function readContent(response: IncomingMessage, budget: Budget): Promise<Buffer> {
  try {
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (response.statusCode !== 200 || encoding !== 'identity') throw new Error('not a plain 200');
    if (Number(response.headers['content-length'] ?? 0) > budget.leftBytes) throw new Error('too large');
    const chunks: Buffer[] = [];
    for await (const chunk of response) {
      budget.leftBytes -= chunk.length;
      if (budget.leftBytes < 0) throw new Error('too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}
