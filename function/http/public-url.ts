import { isIP } from 'node:net';
import { isPublic } from './addresses.ts';

/** Top-level names of private networks: RFC 6761, RFC 8375, ICANN's `internal`, and those in common use. */
const privateTopLevelNames: ReadonlySet<string> = new Set([
  'alt',
  'arpa',
  'corp',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'onion',
  'private',
  'svc',
  'test',
]);

/** A URL with its authority in plain form, without characters that some parsers skip and others do not. */
const plainUrl = /^https:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::443)?(?:[/?#][^\s\\\p{Cc}]*)?$/iu;

/**
 * Whether a URL may be handed to a server that fetches it by itself: https on port 443, without credentials, of a host that is not
 * known to be private, and in a form in which every parser finds the same host. Nothing is looked up.
 */
export function isPublicUrl(text: string): boolean {
  const host = plainUrl.exec(text)?.[1]?.toLowerCase();
  const url = URL.parse(text);
  // Another notation of an address (0x7f.1, 017700000001) may be another address to another parser.
  if (url === null || host === undefined || url.hostname !== host) return false;
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return isPublic(address);
  const labels = host.replace(/\.$/, '').split('.');
  return labels.length > 1 && !labels.includes('') && !privateTopLevelNames.has(labels.at(-1) ?? '');
}
