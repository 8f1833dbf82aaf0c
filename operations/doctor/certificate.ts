import { isIP } from 'node:net';
import type { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { codeOf } from './answers.ts';
import { failed, ok, skipped, type Check } from './check.ts';
import { hostOf } from './dns.ts';

const dayMs = 86_400_000;

/**
 * Days before its end when a certificate should have been renewed. ACM renews 60 days before the end, and 45 days before it from 2026 on;
 * the shorter certificates of other authorities are due in the last fifth of their time.
 */
const renewalDays = 30;
const renewalShare = 0.2;

const timeoutMs = 10_000;

/** What a server has shown, and Node's judgement of it: a code, or undefined if it is trusted. */
interface Shown {
  readonly certificate: X509Certificate;
  readonly distrust: string | undefined;
}

/** Checks who signed the certificate of an https URL, its names and its time. `now` is in milliseconds since the epoch. */
export async function checkCertificate(url: URL, now: number): Promise<Check> {
  if (url.protocol !== 'https:') return skipped('certificate', 'the base URL is plain http');
  try {
    return judge(await shownBy(url), hostOf(url), now);
  } catch (error) {
    return failed(
      'certificate',
      `no TLS connection to ${url.host} (${codeOf(error)})`,
      'Check that the host and the port are right, and that no firewall or proxy is in between.',
    );
  }
}

function shownBy(url: URL): Promise<Shown> {
  const host = hostOf(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(isIP(host) === 0 && { servername: host }),
      // Nothing is sent: a certificate that is not trusted is looked at, too.
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      const { authorized, authorizationError } = socket;
      socket.destroy();
      if (certificate === undefined) return reject(new Error('the server shows no certificate'));
      resolve({ certificate, distrust: authorized ? undefined : codeOf(authorizationError) });
    });
  });
}

function judge({ certificate, distrust }: Shown, host: string, now: number): Check {
  const { from, until } = { from: Date.parse(certificate.validFrom), until: Date.parse(certificate.validTo) };
  const end = new Date(until).toISOString().slice(0, 10);
  const renew = `If ACM issued it, its DNS validation record is gone: npx pulumi up --refresh writes it again. Replace an imported one, and set certificateArn.`;
  if (until <= now) return failed('certificate', `expired on ${end}`, renew);
  if (from > now)
    return failed(
      'certificate',
      `not valid before ${new Date(from).toISOString().slice(0, 10)}`,
      'Check the clock of this machine.',
    );
  if (!isFor(certificate, host))
    return failed(
      'certificate',
      `not for ${host} but for ${namesOf(certificate)}`,
      'Use one of these names in the base URL, or point the DNS record of the host at the stack: npx pulumi stack output dnsTarget',
    );
  if (distrust !== undefined)
    return failed(
      'certificate',
      `not trusted (${distrust})`,
      'If its authority is your own, trust it: export NODE_EXTRA_CA_CERTS=<file>. Else a proxy on the way shows a certificate of its own.',
    );
  const days = Math.floor((until - now) / dayMs);
  const due = Math.min(renewalDays, ((until - from) / dayMs) * renewalShare);
  if (days < due) return failed('certificate', `${days} days left, until ${end}: it was not renewed`, renew);
  return ok('certificate', `for ${host}, trusted, ${days} days left, until ${end}`);
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}

function namesOf({ subjectAltName, subject }: X509Certificate): string {
  return (subjectAltName ?? subject).replaceAll(/(?:DNS|IP Address):/g, '').slice(0, 300);
}
