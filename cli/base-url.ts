import { UsageError } from './failure.ts';

interface Checks {
  /** Where the URL was found, for messages. */
  readonly source: string;
  /** Whether plain http may reach other machines. */
  readonly isInsecureAllowed: boolean;
}

/**
 * A base URL without a slash at its end; `/v1` is added to one without a path. Throws UsageError for what is no such URL, and for plain
 * http to another machine: everybody on the way could read the key.
 */
export function baseUrlOf(text: string, { source, isInsecureAllowed }: Checks): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`the base URL (${source}) must be an http or https URL, not '${withoutSecrets(text)}'`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError(`the base URL (${source}) must not contain a user, a query or a fragment`);
  if (!isInsecureAllowed && !isPrivateWay(url))
    throw new UsageError(
      `the base URL (${source}) is plain http to ${url.hostname}: others on the network could read the key`,
      'Use https, or pass --insecure-http if you trust the network.',
    );
  const path = url.pathname.replace(/\/+$/, '');
  return url.origin + (path === '' ? '/v1' : path);
}

/** Whether nobody on the way to a URL can read what is sent: https, or http on this machine. */
export function isPrivateWay({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

/** A text that is no URL, without what could be a password in it. */
function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//…@').slice(0, 200);
}
