import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Lookup, Names } from './names.ts';

/** How the network is reached. */
export interface Network {
  readonly names: Names;
  readonly isPublic: (address: string) => boolean;
  readonly request: (options: RequestOptions) => ClientRequest;
}

/** How many bytes may still come in: shared by all downloads of one request. */
export interface Budget {
  left: number;
}

export interface Limits {
  readonly network: Omit<Network, 'names'>;
  readonly lookup: Lookup;
  readonly budget: Budget;
  readonly signal: AbortSignal;
}

/** A chain of redirects longer than this is somebody's mistake, or an attempt to keep us busy. */
const mostRedirects = 3;

/** A host of the internet has a few addresses; the connection tries them one by one. */
const mostAddresses = 16;

const redirects = new Set([301, 302, 303, 307, 308]);

/** Nothing of the caller's: neither key nor cookie nor the name of its program. */
const headers = {
  accept: 'image/png, image/jpeg, image/gif, image/webp',
  'accept-encoding': 'identity',
  'user-agent': 'bedrock-gateway',
};

/** Downloads what is behind an https URL of the public internet, redirects followed. Rejects for every other. */
export async function download(url: string, limits: Limits): Promise<Buffer> {
  let target = checkedUrl(url);
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const response = await answer(target, limits);
    if (!redirects.has(response.statusCode ?? 0)) return await content(response, limits.budget);
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
 * The connection goes to the very addresses that were checked: a name that resolves to something else a moment later
 * (DNS rebinding) changes nothing. The name still is what the certificate must be for.
 */
async function answer(target: URL, { network, lookup, signal }: Limits): Promise<IncomingMessage> {
  // `URL` has turned every odd notation of an IPv4 address (0x7f.1, 2130706433) into the plain one.
  const hostname = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(hostname);
  // Node asks nobody for the address of an address.
  const resolved = family === 0 ? await lookup(hostname) : [{ address: hostname, family }];
  const addresses = resolved.filter(({ address }) => network.isPublic(address)).slice(0, mostAddresses);
  const [first] = addresses;
  if (!first) throw new Error('no public address');
  const request = network.request({
    hostname,
    port: 443,
    path: `${target.pathname}${target.search}`,
    method: 'GET',
    headers,
    signal,
    // A connection of its own: a kept one was checked for somebody else, a while ago.
    agent: false,
    ...(family === 0 && { servername: hostname }),
    lookup: (_hostname, options, found) => {
      if (options.all === true) found(null, [...addresses]);
      else found(null, first.address, first.family);
    },
  });
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays: an error after the answer must not end the process; the body's reader sees it as well.
    request.on('error', reject);
    // A host that answers 101 gets neither answer nor error: Node just closes.
    request.once('close', () => reject(new Error('no answer')));
    request.end();
  });
}

async function content(response: IncomingMessage, budget: Budget): Promise<Buffer> {
  try {
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (response.statusCode !== 200 || encoding !== 'identity') throw new Error('not a plain 200');
    if (Number(response.headers['content-length'] ?? 0) > budget.left) throw new Error('too large');
    const chunks: Buffer[] = [];
    for await (const chunk of response) {
      budget.left -= chunk.length;
      if (budget.left < 0) throw new Error('too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    response.destroy();
  }
}
