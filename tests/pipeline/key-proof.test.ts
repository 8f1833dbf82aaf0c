import type { Caller } from '../../function/auth/caller.ts';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { proveKey } from '../../function/pipeline/key-proof.ts';
import { fetchMedia } from '../../function/pipeline/media.ts';
import type { RoutedRequest } from '../../function/pipeline/route.ts';

const bedrock = { kind: 'bearer', token: 'key' } as const;
const refused = (status: number, name: string, message = 'no'): Outcome<never> => ({
  ok: false,
  failure: { name, status, message } satisfies Failure,
});

/** A request of a caller whose key is not proven unless a test says so, and what is done for it. */
function routed(
  answer: Outcome<Record<string, unknown>>,
  { caller = {}, proven = [] }: { caller?: Partial<Caller>; proven?: string[] } = {},
) {
  const asked: unknown[] = [];
  const noted: string[] = [];
  const fetched: string[][] = [];
  const context = {
    caller: { id: 'a', method: 'bedrock-key', isProven: false, bedrock, cacheKey: 'hash', ...caller },
    services: {
      proofs: { has: (key: string) => proven.includes(key), note: (key: string) => void noted.push(key) },
      bedrock: {
        listing(path: string, query: string, { signal, ...call }: { signal: AbortSignal }) {
          asked.push([path, query, call, signal.aborted]);
          return Promise.resolve(answer);
        },
      },
      fetchMedia(urls: { url: string }[]) {
        fetched.push(urls.map(({ url }) => url));
        return Promise.resolve(new Map());
      },
    },
  };
  const request = { request: { context }, call: { region: 'us-west-2', signal: new AbortController().signal } };
  return { asked, noted, fetched, routed: request as unknown as RoutedRequest<unknown> };
}

const ok = { ok: true, value: {} } as const;

test('Bedrock is asked for the smallest list, and its answer proves the key', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  try {
    const { asked, noted, routed: request } = routed(ok);
    await proveKey(request);
    const call = { credential: bedrock, region: 'us-west-2' };
    expect(asked).toEqual([['/inference-profiles', 'maxResults=1', call, false]]);
    expect(noted).toEqual(['hash']);
    expect(timeout.mock.calls).toEqual([[5_000]]);
  } finally {
    timeout.mockRestore();
  }
});

test.each<[string, Parameters<typeof routed>[1]]>([
  ['a caller who is proven', { caller: { isProven: true } }],
  ['a key that was answered lately', { proven: ['hash'] }],
])('%s needs no proof', async (_who, options) => {
  const { asked, noted, routed: request } = routed(refused(403, 'AccessDeniedException'), options);
  await proveKey(request);
  expect([asked, noted]).toEqual([[], []]);
});

test('a caller without a key of their own needs none either', async () => {
  const { asked, routed: request } = routed(ok);
  Reflect.deleteProperty(request.request.context.caller, 'bedrock');
  await proveKey(request);
  expect(asked).toEqual([]);
});

test('a key that may not list, but is known, is proven', async () => {
  const known = refused(403, 'AccessDeniedException', 'User is not authorized to perform: bedrock:List');
  const { noted, routed: request } = routed(known);
  await proveKey(request);
  expect(noted).toEqual(['hash']);
});

test.each([
  ['a refused key', refused(403, 'UnrecognizedClientException', 'The security token is invalid.'), 401],
  ['throttling', refused(429, 'ThrottlingException'), 429],
  ['a failure of the service', refused(500, 'InternalServerException'), 500],
])('%s proves nothing, and nothing is fetched', async (_what, outcome, status) => {
  const { noted, fetched, routed: request } = routed(outcome);
  const urls = [{ url: 'https://images.example.com/a.png', param: 'a' }];
  await expect(fetchMedia(request, urls)).rejects.toMatchObject({ name: 'ApiError', status });
  expect([noted, fetched]).toEqual([[], []]);
});

test('the same URLs of one request are fetched once, others and those of other requests by themselves', async () => {
  const [a, b] = [
    { url: 'https://images.example.com/a.png', param: 'a' },
    { url: 'https://images.example.com/b.png', param: 'b' },
  ];
  const first = routed(ok, { proven: ['hash'] });
  expect(fetchMedia(first.routed, [a, b])).toBe(fetchMedia(first.routed, [a, b]));
  await fetchMedia(first.routed, [a, b]);
  await fetchMedia(first.routed, [a]);
  expect(first.fetched).toEqual([[a.url, b.url], [a.url]]);
  const second = routed(ok, { proven: ['hash'] });
  await fetchMedia(second.routed, [a, b]);
  expect(second.fetched).toEqual([[a.url, b.url]]);
});
