import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isPublic } from '../../function/http/addresses.ts';
import type { Network } from '../../function/http/download.ts';
import { downloadMedia } from '../../function/http/media.ts';
import { createLookups, type LookupOptions } from '../../function/http/lookup.ts';
import { startNameServer, type NameServer, type Question } from '../http/name-server.ts';

let server: NameServer;

beforeEach(async () => {
  server = await startNameServer();
});
afterEach(async () => await server.close());

const quick = { queryTimeoutMs: 100, timeoutMs: 250 };

function names(options: LookupOptions = {}) {
  return createLookups({ servers: [server.address], ...quick, ...options });
}

function resolved(hostname = 'images.example.com', { signal } = new AbortController()) {
  return names()(signal)(hostname);
}

/** A network whose connections are only noted: to which addresses they would go. */
function noted(options: LookupOptions = {}): Network & { readonly dialled: string[] } {
  const dialled: string[] = [];
  return {
    dialled,
    lookups: names(options),
    isPublic,
    request({ lookup: look, hostname }) {
      look?.(hostname ?? '', { all: true }, (_error, found) => {
        dialled.push(...[found].flat().map((each) => (typeof each === 'string' ? each : each.address)));
      });
      throw new Error('not dialled');
    },
  };
}

function fetching(hosts: readonly string[], network: Network, signal = new AbortController().signal) {
  const urls = hosts.map((host, at) => ({ url: `https://${host}/a.png`, param: `messages[${at}]` }));
  return downloadMedia(urls, { signal, network });
}

function addresses({ type, answer }: Question): void {
  answer(...(type === 'A' ? ['93.184.0.1'] : ['2606:2800::1']));
}

test('resolves IPv4 and IPv6 addresses', async () => {
  server.serve = addresses;
  expect(await resolved()).toEqual([
    { address: '93.184.0.1', family: 4 },
    { address: '2606:2800::1', family: 6 },
  ]);
  expect(server.asked.toSorted()).toEqual(['A images.example.com', 'AAAA images.example.com']);
});

test.each([
  ['A', '93.184.0.1', 4],
  ['AAAA', '2606:2800::1', 6],
])('uses the addresses of one family when only %s answers', async (family, address, number) => {
  server.serve = ({ type, answer, fail }) => (type === family ? answer(address) : fail(0));
  expect(await resolved()).toEqual([{ address, family: number }]);
});

test('follows a chain of aliases to an address', async () => {
  server.serve = ({ type, answer, fail }) =>
    type === 'A' ? answer('cdn.example.net', 'edge.example.org', '93.184.0.1') : fail(0);
  expect(await resolved()).toEqual([{ address: '93.184.0.1', family: 4 }]);
});

const noAnswers: readonly (readonly [string, (question: Question) => void])[] = [
  ['a name that does not exist', ({ fail }) => fail(3)],
  ['a server that fails', ({ fail }) => fail(2)],
  ['a server that refuses', ({ fail }) => fail(5)],
  ['a name without addresses', ({ fail }) => fail(0)],
  ['an alias without an address', ({ answer }) => answer('nowhere.example.net')],
  ['an alias of itself', ({ name, answer }) => answer(...Array<string>(50).fill(name))],
  ['an invalid DNS message', ({ send }) => send(Buffer.alloc(512, 0xff))],
  [
    'a flood of answers to other questions',
    ({ send }) => {
      for (let id = 0; id < 500; id += 1) send(Buffer.from([id >> 8, id & 255, 0x81, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]));
    },
  ],
  ['silence', () => {}],
];

test.each(noAnswers)('%s resolves to no host, after a few questions', async (_what, serve) => {
  server.serve = serve;
  await expect(resolved()).rejects.toThrow('no address');
  expect(server.asked.length).toBeLessThanOrEqual(8);
});

test('does not wait for a late DNS answer', async () => {
  const answered = vi.fn<typeof addresses>(addresses);
  server.serve = (question) => void setTimeout(() => answered(question), 2_000).unref();
  await expect(resolved()).rejects.toThrow('no address');
  expect(answered).not.toHaveBeenCalled();
});

test('ignores names that only the hosts file has', async () => {
  server.serve = ({ fail }) => fail(3);
  expect((await lookup('localhost')).address).toMatch(/^(?:127\.|::1)/);
  await expect(resolved('localhost')).rejects.toThrow('no address');
});

test('the end of a request cancels its running and queued lookups', async () => {
  const ended = new AbortController();
  const look = names({ timeoutMs: 60_000, queryTimeoutMs: 60_000, maxConcurrent: { request: 2, process: 64 } })(
    ended.signal,
  );
  const all = ['a', 'b', 'c', 'd'].map((name) => look(`${name}.example.com`));
  setTimeout(() => ended.abort(), 50);
  // They would wait for longer than this test may take.
  for (const each of await Promise.allSettled(all)) expect(each.status).toBe('rejected');
  expect(server.asked.filter((name) => /[cd]\.example/.test(name))).toEqual([]);
  await expect(look('e.example.com')).rejects.toMatchObject({ name: 'AbortError' });
});

test('looks a name up once per request', async () => {
  server.serve = addresses;
  const look = names();
  const first = look(new AbortController().signal);
  await Promise.all([first('images.example.com'), first('images.example.com')]);
  await first('images.example.com');
  expect(server.asked).toHaveLength(2);
  await look(new AbortController().signal)('images.example.com');
  expect(server.asked).toHaveLength(4);
});

test('limits concurrent lookups per request and in total', async () => {
  const held: Question[] = [];
  server.serve = (question) => void held.push(question);
  const look = names({ timeoutMs: 60_000, queryTimeoutMs: 60_000, maxConcurrent: { request: 2, process: 3 } });
  const requests = [1, 2].map((request) => {
    const one = look(new AbortController().signal);
    return ['a', 'b', 'c'].map((name) => one(`${name}${request}.example.com`));
  });
  const namesAsked = () => new Set(server.asked.map((each) => each.split(' ')[1])).size;
  while (held.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(namesAsked()).toBe(3);
  server.serve = addresses;
  for (const question of held) addresses(question);
  expect(await Promise.all(requests.flat())).toHaveLength(6);
  expect(namesAsked()).toBe(6);
});

test('twenty unanswered lookups delay no other lookup, file access or request', async () => {
  const ended = new AbortController();
  const slow = fetching(
    Array.from({ length: 20 }, (_, at) => `slow${at}.example.com`),
    noted({ timeoutMs: 120_000, queryTimeoutMs: 120_000 }),
    ended.signal,
  ).catch((error: unknown) => error);
  await Promise.all([lookup('localhost'), readFile(import.meta.filename), lookup('127.0.0.1')]);
  server.serve = (question) => {
    if (question.name === 'quick.example.com') addresses(question);
  };
  const other = noted();
  await fetching(['quick.example.com'], other).catch(() => undefined);
  expect(other.dialled).toEqual(['93.184.0.1', '2606:2800::1']);
  ended.abort(new DOMException('The time is over.', 'TimeoutError'));
  expect(await slow).toMatchObject({ status: 504 });
});

test('connects only to the public addresses of a mixed answer', async () => {
  server.serve = ({ type, answer }) => {
    if (type === 'A') answer('10.0.0.1', '93.184.0.1', '127.0.0.1', '169.254.169.254', '0.0.0.0');
    else answer('::1', 'fd00:ec2::254', '2606:2800::1', '::ffff:a00:1', 'fe80::1');
  };
  const network = noted();
  await fetching(['mixed.example.com'], network).catch(() => undefined);
  expect(network.dialled).toEqual(['93.184.0.1', '2606:2800::1']);
});

test.each(['10.0.0.1', '127.0.0.53', '169.254.169.254', '100.64.0.1', '::1', 'fd00:ec2::254', '64:ff9b::a00:1'])(
  'a name or an alias that resolves to %s is a 400 without a connection',
  async (address) => {
    const family = address.includes(':') ? 'AAAA' : 'A';
    server.serve = ({ name, type, answer, fail }) => {
      if (type !== family) fail(0);
      else if (name === 'alias.example.com') answer('inside.example.net', address);
      else answer(address);
    };
    for (const host of ['inside.example.com', 'alias.example.com']) {
      const network = noted();
      await expect(fetching([host], network)).rejects.toMatchObject({ status: 400, code: 'invalid_image_url' });
      expect(network.dialled).toEqual([]);
    }
  },
);

test('tries only a few of very many addresses', async () => {
  server.serve = ({ type, answer, fail }) => {
    if (type === 'A') answer(...Array.from({ length: 25 }, (_, at) => `93.184.1.${at}`));
    else fail(0);
  };
  const network = noted();
  await fetching(['many.example.com'], network).catch(() => undefined);
  expect(network.dialled).toHaveLength(16);
});
