import { createRouter } from '../../function/http/router.ts';

const route = createRouter([
  { method: 'GET', path: '/models' },
  { method: 'POST', path: '/models' },
  { method: 'GET', path: '/models/:model{.+}' },
  { method: 'POST', path: '/model/:model{.+}/invoke' },
  { method: 'POST', path: '/guards/:guard{.+}/version/:version/apply.now' },
]);

function found(path: string, method?: string): string | undefined {
  const match = route(path, method);
  return match && `${match.route.method} ${match.route.path}`;
}

test.each([
  ['GET', '/models', 'GET /models'],
  ['POST', '/models', 'POST /models'],
  ['GET', '/models/', 'GET /models'],
  ['GET', '/models/a', 'GET /models/:model{.+}'],
  ['GET', '/models/a/b/', 'GET /models/:model{.+}'],
  ['POST', '/model/a/b/invoke', 'POST /model/:model{.+}/invoke'],
  ['POST', '/guards/a/b/version/1/apply.now/', 'POST /guards/:guard{.+}/version/:version/apply.now'],
  ['POST', '/guards/a/version/1/2/apply.now', undefined],
  ['POST', '/guards/a/version/1/apply-now', undefined],
  ['DELETE', '/models', undefined],
  ['POST', '/models/a', undefined],
  ['GET', '/models//', 'GET /models/:model{.+}'],
  ['GET', '/MODELS', undefined],
  ['GET', '', undefined],
  ['GET', '/', undefined],
])('%s %s has the route %s', (method, path, expected) => {
  expect(found(path, method)).toBe(expected);
});

test('a path without a method has the first route of any method', () => {
  expect(found('/models')).toBe('GET /models');
  expect(found('/model/a/invoke')).toBe('POST /model/:model{.+}/invoke');
  expect(found('/nothing')).toBeUndefined();
});

test.each([
  ['/models/a%3Ab%2Fc', 'a:b/c'],
  ['/models/a/', 'a/'],
  ['/models/100%', '100%'],
  ['/models/%C3%A9/%ff%41', '\u00e9/%ff%41'],
  ['/models/%ff/%41', '%ff/A'],
])('the parameter in %s is %s', (path, expected) => {
  expect(route(path, 'GET')?.param('model')).toBe(expected);
});

test('a parameter that the pattern does not have is empty', () => {
  expect(route('/models', 'GET')?.param('model')).toBe('');
  expect(route('/models/a', 'GET')?.param('version')).toBe('');
});
