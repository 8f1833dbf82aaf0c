import type { Integration } from '../../../local/deployment.ts';
import { match } from '../../../local/edge/resources.ts';

const target = { function: undefined as never, arn: 'arn' };
const integration: Integration = { target, transfer: 'stream', timeoutMilliseconds: 1 };

function resources(...paths: string[]) {
  return paths.map((path) => ({ id: path, path, methods: new Map([['ANY', integration]]) }));
}

test.each([
  ['/', '/', null],
  ['/models', '/models', null],
  ['/models/a', '/models/{id}', { id: 'a' }],
  ['/models/a%2Fb', '/models/{id}', { id: 'a%2Fb' }],
  ['/models/a/b', '/{proxy+}', { proxy: 'models/a/b' }],
  ['/models/', '/{proxy+}', { proxy: 'models/' }],
  ['/other', '/{proxy+}', { proxy: 'other' }],
])('%s is routed to %s', (path, expected, parameters) => {
  const found = match(resources('/{proxy+}', '/', '/models', '/models/{id}'), { method: 'GET', path });
  expect(found?.resource.path).toBe(expected);
  expect(found?.parameters).toEqual(parameters);
});

test('a proxy resource does not match the root', () => {
  expect(match(resources('/{proxy+}'), { method: 'GET', path: '/' })).toBeUndefined();
});

test('an exact method wins over ANY, and other methods do not match', () => {
  const own: Integration = { ...integration, timeoutMilliseconds: 2 };
  const resource = { id: 'r', path: '/', methods: new Map([['GET', own]]) };
  expect(match([resource], { method: 'GET', path: '/' })?.integration).toBe(own);
  expect(match([resource], { method: 'POST', path: '/' })).toBeUndefined();
});
