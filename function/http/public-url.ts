import { isIP } from 'node:net';
import { isPublic } from './addresses.ts';

/** What names of private networks end with: RFC 6761, RFC 8375, ICANN's `internal`, and what networks commonly use. */
const privateNames: ReadonlySet<string> = new Set([
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

/** The authority in its plain form, and no character that one parser skips and another does not. */
const plain = /^https:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::443)?(?:[/?#][^\s\\\p{Cc}]*)?$/iu;

/**
 * Whether a URL may be handed to a server that fetches it by itself: https on port 443, without credentials, of a host that is not
 * known to be private, and written so that every parser finds the same host in it. Nothing is looked up.
 */
export function isPublicUrl(text: string): boolean {
  const host = plain.exec(text)?.[1]?.toLowerCase();
  const url = URL.parse(text);
  // An address in another notation (0x7f.1, 017700000001) is a different one to another parser.
  if (url === null || host === undefined || url.hostname !== host) return false;
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return isPublic(address);
  const labels = host.replace(/\.$/, '').split('.');
  return labels.length > 1 && !labels.includes('') && !privateNames.has(labels.at(-1) ?? '');
}
