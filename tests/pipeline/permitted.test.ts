import type { Caller } from '../../function/auth/caller.ts';
import { backends } from '../../function/backends/registry.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { checkPermitted, permissionsFor } from '../../function/pipeline/permitted.ts';
import { plainCatalog } from '../support/catalog.ts';

const caller: Caller = {
  id: 'member',
  method: 'gateway-key',
  isProven: true,
  cacheKey: 'x',
  rules: { project: { models: { mode: 'deny_list', ids: ['fast'] } } },
};

const catalogOf = (target: string): Catalog => ({
  ...plainCatalog,
  models: { fast: { target }, other: { target: 'openai:gpt-4o-mini' } },
});

const asking = (catalog: Catalog, by = caller) => ({ caller: by, services: { catalog, backendFacts: backends } });

test('a list is read once for as long as the catalog is the same', () => {
  const catalog = catalogOf('openai:gpt-4o');
  expect(permissionsFor(asking(catalog))).toBe(permissionsFor(asking(catalog)));
});

test('a denied name follows its target when the catalog changes', () => {
  const denied = expect.objectContaining({ status: 403, code: 'model_not_allowed', param: 'model' });
  expect(() => checkPermitted('other', asking(catalogOf('openai:gpt-4o')))).not.toThrow();
  expect(() => checkPermitted('other', asking(catalogOf('openai:gpt-4o-mini')))).toThrow(denied);
  expect(() => checkPermitted('other', asking(catalogOf('openai:gpt-4o')))).not.toThrow();
});

test('a caller whose project has no permissions may ask for every name', () => {
  const { rules: _rules, ...free } = caller;
  const context = asking(catalogOf('openai:gpt-4o'), free);
  expect(permissionsFor(context)).toBeUndefined();
  expect(checkPermitted('fast', context)).toEqual({ key: 'fast', permissions: undefined });
});
