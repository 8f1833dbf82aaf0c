import { corsHeaders, preflight } from '../../function/http/cors.ts';

const origin = 'https://app.example.com';

function request(headers: Readonly<Record<string, string>>) {
  return { method: 'OPTIONS', path: '/', query: '', headers: new Map(Object.entries(headers)), body: undefined };
}

const exposed =
  'x-request-id, x-gateway-ignored, x-gateway-target, www-authenticate, retry-after, retry-after-ms, x-should-retry, ' +
  'x-ratelimit-limit-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, ' +
  'x-ratelimit-reset-requests, x-ratelimit-reset-tokens';

test.each([
  ['none without a configured origin', { origin }, [], {}],
  [
    'all for a configured origin',
    { origin },
    ['https://b.example.com', origin],
    { vary: 'origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed },
  ],
  ['only Vary for another origin', { origin: 'https://x.example.com' }, [origin], { vary: 'origin' }],
  ['only Vary without an origin', {}, [origin, 'http://localhost:*'], { vary: 'origin' }],
  [
    'the same for everybody where any origin may read',
    { origin },
    [origin, '*'],
    { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed },
  ],
  [
    'the same without an origin',
    {},
    ['*'],
    { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed },
  ],
  [
    'all for any port of a configured host',
    { origin: 'http://localhost:5173' },
    ['http://localhost:*'],
    {
      vary: 'origin',
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-expose-headers': exposed,
    },
  ],
])('the headers of an answer: %s', (_which, headers, origins, expected) => {
  expect(corsHeaders(request(headers), origins)).toEqual(expected);
});

const allowed = {
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
  'access-control-allow-headers': 'authorization, api-key, x-api-key, content-type',
  'access-control-max-age': '7200',
};

test.each([
  ['allows what SDKs send', { origin }, [origin], allowed],
  [
    'allows the headers that are asked for',
    { origin, 'access-control-request-headers': 'x-a' },
    ['*'],
    { ...allowed, 'access-control-allow-headers': 'x-a' },
  ],
  ['allows nothing to another origin', { origin: 'https://x.example.com' }, [origin], {}],
  ['allows nothing without a configured origin', { origin }, [], {}],
])('a preflight %s', (_what, headers, origins, expected) => {
  expect(preflight(request(headers), origins)).toEqual({ status: 204, headers: expected, body: '' });
});
