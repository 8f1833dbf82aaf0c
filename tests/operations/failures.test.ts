import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates } from '../../local/tls/certificates.ts';
import { root, runScript } from '../support/gateway.ts';
import {
  FakeStopwatch,
  gateway,
  healthy,
  heldBack,
  httpApi,
  json,
  listening,
  paced,
  restApi,
  runDoctor,
  type Listening,
  type Machine,
} from './support.ts';

const servers: Listening[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(...args: Parameters<typeof listening>): Promise<string> {
  const server = await listening(...args);
  servers.push(server);
  return `${server.origin}/v1`;
}

/** The lines of one check of a gateway that answers as a test says. */
async function linesOf(
  check: string,
  replies: Parameters<typeof gateway>[0],
  { args = [], ...machine }: Machine & { readonly args?: readonly string[] } = {},
): Promise<string> {
  const baseUrl = await serve(gateway(replies));
  const { out } = await runDoctor(['--url', baseUrl, ...args], {
    env: { BEDROCK_GATEWAY_API_KEY: 'sk-test' },
    ...machine,
  });
  const lines = out.split('\n');
  const at = lines.findIndex((line) => line.slice(8).startsWith(`${check} `));
  return lines.slice(at, lines[at + 1]?.startsWith('        fix: ') ? at + 2 : at + 1).join('\n');
}

describe('dns', () => {
  test('fails for a name without an address, and nothing else is tried', async () => {
    const { out, code } = await runDoctor(['--url', 'https://openai.example.com'], {
      lookup: () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })),
    });
    expect(out).toBe(`\
failed  dns             openai.example.com has no address (ENOTFOUND)
        fix: npx pulumi up writes the record into the domain's Route 53 zone, which must be the zone that the domain's registrar names. With dns: false, write the record yourself: npx pulumi stack output dnsTarget
skipped certificate     the host has no address
skipped HTTP API        the host has no address
skipped clock           the host has no address
skipped REST API        the host has no address
skipped key             the host has no address
skipped models          the host has no address
skipped streaming       the host has no address
skipped Lambda quota    only --stack names an account and a region
skipped API rate quota  only --stack names an account and a region
skipped domains quota   only --stack names an account and a region
skipped subscriptions   only --stack names an account and a region
0 ok, 1 failed, 11 skipped
`);
    expect(code).toBe(1);
  });
});

describe('certificate', () => {
  const names = [{ type: 'dns', value: 'localhost' }] as const;

  /** The certificate's line of a doctor that runs by itself, since Node reads whom it trusts at its start. */
  async function judged(identity: ReturnType<typeof makeCertificates>, isTrusted: boolean): Promise<string[]> {
    const baseUrl = await serve(gateway(), identity);
    const folder = await mkdtemp(path.join(tmpdir(), 'doctor-'));
    const authority = path.join(folder, 'ca.pem');
    await writeFile(authority, identity.authority);
    const env = { ...process.env, ...(isTrusted && { NODE_EXTRA_CA_CERTS: authority }) };
    const script = path.join(root, 'operations', 'doctor', 'main.ts');
    const run = runScript(process.execPath, ['--disable-warning=ExperimentalWarning', script, '--url', baseUrl], env);
    await run.ended;
    await rm(folder, { recursive: true });
    const lines = run.stdout().split('\n');
    return lines.slice(
      1,
      lines.findIndex((line) => line.includes('clock')),
    );
  }

  const dayMs = 86_400_000;

  test('of a trusted authority, for the name, is good, and the gateway is reached', async () => {
    const [certificate, ...others] = await judged(makeCertificates(names, Date.now()), true);
    expect(certificate).toMatch(/^ok {6}certificate {5}for localhost, trusted, 6 days left, until \d{4}-\d\d-\d\d$/);
    expect(others).toEqual(['ok      HTTP API        /health answers']);
  });

  test('of an authority that nobody trusts fails, and the key is not sent', async () => {
    expect(await judged(makeCertificates(names, Date.now()), false)).toEqual([
      'failed  certificate     not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
      '        fix: If its authority is your own, trust it: export NODE_EXTRA_CA_CERTS=<file>. Else a proxy on the way shows a certificate of its own.',
      'failed  HTTP API        no answer (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
      '        fix: Check the base URL, and that no firewall or proxy is in between.',
    ]);
  });

  test('that has expired fails', async () => {
    const [certificate, fix, api] = await judged(makeCertificates(names, Date.now() - 30 * dayMs), true);
    expect(certificate).toMatch(/^failed {2}certificate {5}expired on \d{4}-\d\d-\d\d$/);
    expect(fix).toBe(
      '        fix: If ACM issued it, its DNS validation record is gone: npx pulumi up --refresh writes it again. Replace an imported one, and set certificateArn.',
    );
    expect(api).toBe('failed  HTTP API        no answer (CERT_HAS_EXPIRED)');
  });

  test('that should have been renewed fails', async () => {
    const [certificate] = await judged(makeCertificates(names, Date.now() - 6 * dayMs), true);
    expect(certificate).toMatch(/^failed {2}certificate {5}0 days left, until \d{4}-\d\d-\d\d: it was not renewed$/);
  });

  test('for another name fails', async () => {
    const [certificate, fix] = await judged(
      makeCertificates([{ type: 'dns', value: 'example.com' }], Date.now()),
      true,
    );
    expect(certificate).toBe('failed  certificate     not for localhost but for example.com');
    expect(fix).toBe(
      '        fix: Use one of these names in the base URL, or point the DNS record of the host at the stack: npx pulumi stack output dnsTarget',
    );
  });

  test('is missing where a server does not speak TLS', async () => {
    const baseUrl = (await serve(gateway())).replace('http:', 'https:');
    const { out } = await runDoctor(['--url', baseUrl]);
    expect(out).toMatch(/^failed {2}certificate {5}no TLS connection to localhost:\d+ \(ERR_SSL_\w+\)\n/m);
  });
});

describe('the two APIs', () => {
  test('cannot be reached where nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => void server.close(resolve));
    const { out, code } = await runDoctor(['--url', `http://127.0.0.1:${port}`]);
    expect(out.split('\n').slice(0, 8)).toEqual([
      'skipped dns             the base URL has an address, 127.0.0.1',
      'skipped certificate     the base URL is plain http',
      'failed  HTTP API        no answer (ECONNREFUSED)',
      '        fix: Nothing listens there: check the host and the port. npm start prints its own base URL.',
      'skipped clock           there was no answer',
      'skipped REST API        there was no answer',
      'skipped key             there was no answer',
      'skipped models          there was no answer',
    ]);
    expect(code).toBe(1);
  });

  test('a server that is no gateway is told apart', async () => {
    expect(
      await linesOf('HTTP API', { 'GET /v1/health': (response) => void response.end('<html>Welcome</html>') }),
    ).toBe(
      `failed  HTTP API        answers 200, but not as the gateway does
        fix: Check the base URL, which ends in /v1 (npx pulumi stack output baseUrl). If it is right, a path mapping is missing: npx pulumi up --refresh`,
    );
  });

  test('a redirect is not followed', async () => {
    const redirect = { 'GET /v1/health': json(301, {}, { location: 'https://example.com/' }) };
    expect(await linesOf('HTTP API', redirect)).toBe(`failed  HTTP API        redirects (301) to https://example.com/
        fix: If that is the gateway, use it as the base URL.`);
  });

  test('a missing mapping is found, which makes API Gateway answer Forbidden', async () => {
    const forbidden = { 'POST without a key': json(403, { message: 'Forbidden' }, restApi) };
    expect(await linesOf('REST API', forbidden)).toBe(`failed  REST API        403: Forbidden
        fix: Check the base URL, which ends in /v1 (npx pulumi stack output baseUrl). If it is right, a path mapping is missing: npx pulumi up --refresh`);
  });

  test('a function that does not start is found', async () => {
    const broken = { 'POST without a key': json(500, { message: 'Internal server error' }, restApi) };
    expect(await linesOf('REST API', broken)).toBe(`failed  REST API        500: Internal server error
        fix: The function fails or does not start: read its log group (npx pulumi stack output logGroups), and docs/troubleshooting.md.`);
  });

  test('a proxy that takes the headers of API Gateway away is told', async () => {
    expect(await linesOf('HTTP API', { 'GET /v1/health': json(200, { status: 'ok' }) })).toBe(
      'ok      HTTP API        /health answers, without headers of API Gateway',
    );
  });
});

describe('clock', () => {
  const dated = {
    'GET /v1/health': json(200, { status: 'ok' }, { ...httpApi, date: 'Sun, 29 Nov 2026 12:00:00 GMT' }),
  };
  const noon = Date.parse('2026-11-29T12:00:00Z');

  test.each([
    [301, 'ahead of'],
    [-301, 'behind'],
  ])('%i s away from the gateway is too much for AWS', async (seconds, where) => {
    expect(await linesOf('clock', dated, { now: () => noon + seconds * 1_000 })).toBe(
      `failed  clock           this machine is 301 s ${where} the gateway: AWS refuses what is signed here, and tokens seem expired or not yet valid
        fix: Set the clock, and keep it right by NTP (timedatectl set-ntp true).`,
    );
  });

  test('299 s away from the gateway still works', async () => {
    expect(await linesOf('clock', dated, { now: () => noon + 299_000 })).toBe(
      'ok      clock           this machine is 299 s ahead of the gateway; AWS accepts 300 s',
    );
  });
});

describe('key and models', () => {
  test('without a key, what needs one is skipped', async () => {
    expect(await linesOf('key', {}, { env: {} })).toBe(
      'skipped key             no key: set BEDROCK_GATEWAY_API_KEY, or pass --key-file -',
    );
  });

  test('a refused key fails, and control characters of the message are written out', async () => {
    const refused = { 'GET /v1/models': json(401, { error: { message: 'Incorrect\u001B[2J API key.' } }) };
    expect(await linesOf('key', refused)).toBe(
      `failed  key             the key from BEDROCK_GATEWAY_API_KEY is refused (401: Incorrect\\u{1b}[2J API key.)
        fix: It may have expired, been deleted, or belong to another stack or account. Short-term Bedrock keys last at most 12 hours: docs/bedrock-keys.md`,
    );
  });

  test('a list without a name that is needed fails', async () => {
    expect((await linesOf('models', {}, { args: ['--model', 'gpt-4o,gpt-4o-mini,tiny'] })).split('\n')[0]).toBe(
      'failed  models          the list of this key lacks gpt-4o-mini, tiny',
    );
  });

  test('an empty list fails', async () => {
    expect((await linesOf('models', { 'GET /v1/models': json(200, { data: [] }) })).split('\n')[0]).toBe(
      'failed  models          the list of this key is empty',
    );
  });
});

describe('streaming', () => {
  /** The line of a stream that is timed by a clock that its server moves. */
  async function streamed(reply: (stopwatch: FakeStopwatch) => (typeof healthy)[string]): Promise<string> {
    const stopwatch = new FakeStopwatch();
    const replies = { 'POST /v1/chat/completions': reply(stopwatch) ?? healthy['POST /v1/chat/completions'] };
    return await linesOf(
      'streaming',
      Object.fromEntries(Object.entries(replies).flatMap(([name, each]) => (each ? [[name, each]] : []))),
      {
        stopwatch: stopwatch.read,
      },
    );
  }

  test('in pieces is good', async () => {
    expect(await streamed((stopwatch) => paced(stopwatch, { events: 20, ms: 50 }))).toBe(
      'ok      streaming       gpt-4o: 21 events at 21 moments, over 95 % of the time',
    );
  });

  /** A stream that begins after a minute, with so many milliseconds between its events. */
  function late(stopwatch: FakeStopwatch, ms: number): (typeof healthy)[string] {
    const rest = paced(stopwatch, { events: 20, ms });
    return (...args) => {
      stopwatch.ms += 60_000;
      rest(...args);
    };
  }

  test('in pieces is good, even if the model has thought for a minute before', async () => {
    expect(await streamed((stopwatch) => late(stopwatch, 50))).toBe(
      'ok      streaming       gpt-4o: 21 events at 21 moments, over 2 % of the time',
    );
  });

  test('that a proxy holds back until it is whole fails', async () => {
    expect(await streamed((stopwatch) => heldBack(stopwatch, { events: 20, ms: 50 }))).toBe(
      `failed  streaming       gpt-4o: 21 events at 1 moments, over 0 % of the time
        fix: A proxy on the way holds the answer back until it is whole. nginx: proxy_buffering off. Also try another network: virus scanners and company proxies do it, too.`,
    );
  });

  test('in pieces that all come at the end fails', async () => {
    expect((await streamed((stopwatch) => late(stopwatch, 3))).split('\n')[0]).toBe(
      'failed  streaming       gpt-4o: 21 events at 21 moments, over 0 % of the time',
    );
  });

  test('that breaks off fails', async () => {
    const reply: (typeof healthy)[string] = (response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream', ...restApi }).end('data: {"n":1}\n\n');
    expect(await streamed(() => reply)).toBe(`failed  streaming       gpt-4o: the stream broke off
        fix: Look for the request in the log of the functions: docs/troubleshooting.md`);
  });

  test('of a few events cannot be judged', async () => {
    expect(await streamed((stopwatch) => heldBack(stopwatch, { events: 3, ms: 50 }))).toBe(
      'skipped streaming       gpt-4o answered with 4 events, too few to tell',
    );
  });

  test('that is refused is told with the reason', async () => {
    expect(await streamed(() => json(403, { error: { message: 'No access to this model.' } }))).toBe(
      `failed  streaming       gpt-4o: 403: No access to this model.
        fix: Name a chat model that the key may call: --model <name>`,
    );
  });
});
