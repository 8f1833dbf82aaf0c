import { isPublicUrl } from '../../function/http/public-url.ts';

test.each([
  'https://images.example.com',
  'https://images.example.com/',
  'https://images.example.com/a.png?b=c&d=%20#e',
  'https://images.example.com:443/a.png',
  'https://images.example.com?a',
  'https://images.example.com#a',
  'https://images.example.com./a.png',
  'https://IMAGES.Example.com/a.png',
  'HTTPS://images.example.com/a.png',
  'https://my_bucket-1.example.com/a.png',
  'https://example.com/a.png',
  'https://test.example.com/a.png',
  'https://93.184.0.1/a.png',
  'https://[2606:2800::1]/a.png',
  'https://[2606:2800::1]:443/a.png',
])('%s may be handed to a server', (url) => {
  expect(isPublicUrl(url)).toBe(true);
});

/** Every top-level name of a private network. */
test.each([
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
])('a host under %s is private, in any spelling', (name) => {
  const urls = [
    `https://a.${name}/x`,
    `https://a.${name}./x`,
    `https://a.${name.toUpperCase()}/x`,
    `https://${name}/x`,
  ];
  expect(urls.map(isPublicUrl)).toEqual([false, false, false, false]);
});

test.each([
  ['no URL', 'images.example.com/a.png'],
  ['http', 'http://images.example.com/a.png'],
  ['another port', 'https://images.example.com:8443/a.png'],
  ['a name of one label', 'https://example/a.png'],
  ['a name of one label and a dot', 'https://example./a.png'],
  ['an empty label', 'https://images..example.com/a.png'],
  ['an empty first label', 'https://.example.com/a.png'],
  ['two dots at the end', 'https://images.example.com../a.png'],
  ['a user', 'https://user@images.example.com/a.png'],
  ['an address that is private', 'https://10.0.0.1/a.png'],
  ['an address in another notation', 'https://93.184.1/a.png'],
  ['an address in hexadecimal', 'https://0x5d.184.0.1/a.png'],
  ['an IPv6 address that is private', 'https://[::1]/a.png'],
  ['an IPv6 address in a long notation', 'https://[2606:2800:0::1]/a.png'],
  ['a blank', 'https://images.example.com/a b'],
  ['a backslash', 'https://images.example.com/a\\b'],
  ['a control character', 'https://images.example.com/a\u0007'],
  ['what URL cannot parse', 'https://xn--/a'],
])('%s may not', (_what, url) => {
  expect(isPublicUrl(url)).toBe(false);
});
