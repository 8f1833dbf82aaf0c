import type { Scope } from '../../function/auth/caller.ts';
import { checkScope, hasScope, scopesOf } from '../../function/auth/scopes.ts';
import { endpoints } from '../../function/endpoints/index.ts';
import { testApp } from '../support/app.ts';

test.each([
  [undefined, ['inference', 'models.read']],
  [[], ['inference', 'models.read']],
  [['keys.manage'], ['keys.manage']],
] satisfies [Scope[] | undefined, Scope[]][])('scopes %j are %j', (scopes, expected) => {
  expect(scopesOf(scopes === undefined ? {} : { scopes })).toEqual(expected);
});

test('admin implies the other scopes, and nothing else does', () => {
  for (const scope of ['inference', 'models.read', 'keys.manage', 'usage.read', 'admin'] as const) {
    expect(hasScope({ scopes: ['admin'] }, scope)).toBe(true);
    expect(hasScope({ scopes: ['keys.manage', 'usage.read'] }, scope)).toBe(
      ['keys.manage', 'usage.read'].includes(scope),
    );
  }
  expect(hasScope({}, 'admin')).toBe(false);
});

test('a missing scope is named', () => {
  expect(() => checkScope({ scopes: ['inference'] }, 'keys.manage')).toThrow(
    expect.objectContaining({
      status: 403,
      type: 'permission_error',
      code: 'insufficient_permissions',
      message: 'You have insufficient permissions for this operation. Missing scopes: keys.manage.',
    }),
  );
});

test('every endpoint with a caller needs a scope, but for those that decide by themselves', () => {
  const scopes = endpoints.flatMap((each) => ('scope' in each ? [[each.path, each.scope] as const] : []));
  const byScope = Map.groupBy(scopes, ([, scope]) => scope);
  const pathsOf = (scope: Scope | 'any') => [...new Set(byScope.get(scope)?.map(([path]) => path))];
  expect(pathsOf('any')).toEqual(['/v1/organization/:rest{.+}', '/v1/whoami', '/mcp']);
  expect(pathsOf('models.read')).toEqual([
    '/v1/models',
    '/v1/models/:model{.+}',
    '/foundation-models',
    '/foundation-models/:model{.+}',
    '/inference-profiles',
    '/inference-profiles/:profile{.+}',
  ]);
  expect(pathsOf('inference')).toContain('/model/:model{.+}/converse');
  expect([...byScope.keys()].toSorted()).toEqual(['any', 'inference', 'models.read']);
});

test.each([
  [['models.read'], 'POST', '/v1/chat/completions', 'inference'],
  [['models.read'], 'POST', '/openai/deployments/x/embeddings', 'inference'],
  [['keys.manage'], 'GET', '/v1/models', 'models.read'],
  [['models.read'], 'POST', '/model/amazon.nova-pro-v1:0/converse', 'inference'],
  [['inference'], 'GET', '/foundation-models', 'models.read'],
] satisfies [Scope[], string, string, Scope][])(
  'a caller with %j is refused at %s %s',
  async (scopes, method, path, missing) => {
    const caller = { id: 'c', method: 'gateway-key', isProven: true, cacheKey: 'c', scopes } as const;
    const { open, log } = testApp({ services: { authenticators: [{ authenticate: () => caller }] } });
    const response = await open(path, { method, headers: { authorization: 'Bearer x' } });
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining(`Missing scopes: ${missing}.`),
    ]);
    expect(log).toMatchObject([{ caller: 'c', status: 403, error: 'insufficient_permissions' }]);
  },
);
