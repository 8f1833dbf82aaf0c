import type { Deployment, RestApi } from '../../../local/deployment.ts';
import { arrive } from '../../../local/edge/arrival.ts';

function api(id: string): RestApi {
  return { kind: 'rest', id, stage: 'v1', binaryMediaTypes: [], resources: [], gatewayResponses: [] };
}

/** A domain whose keys name the APIs behind them. */
function domain(keys: readonly string[]): Deployment {
  const mappings = keys.map((key) => ({ key, api: api(key === '' ? 'rest' : key) }));
  const apis = mappings.map((mapping) => mapping.api);
  return {
    region: 'us-east-1',
    roles: [],
    functions: [],
    tables: [],
    userPools: [],
    topics: [],
    buckets: [],
    apis,
    domain: { name: 'openai.example.com', mappings },
  };
}

describe('behind a domain', () => {
  test.each([
    ['the empty key takes what no other takes', ['', 'v1/chat'], '/v1/models', 'rest', '/v1/models'],
    ['a key is stripped from what the API matches', ['', 'v1/chat'], '/v1/chat/completions', 'v1/chat', '/completions'],
    ['an exact match leaves the root', ['', 'v1/chat'], '/v1/chat', 'v1/chat', '/'],
    ['the longest key wins, whatever the order', ['v1', '', 'v1/chat'], '/v1/chat/x', 'v1/chat', '/x'],
    ['a key is a prefix of the string, not of the segments', ['', 'v1/model'], '/v1/models', 'v1/model', '/s'],
    ['keys are compared with their case', ['', 'v1/chat'], '/V1/chat', 'rest', '/V1/chat'],
    ['and with the path as it was sent', ['', 'v1/chat'], '/v1%2Fchat', 'rest', '/v1%2Fchat'],
  ])('%s', (_name, keys, path, id, route) => {
    const arrival = arrive(domain(keys), path);
    expect(arrival).toMatchObject({ api: { id }, route, eventPath: path, contextPath: path });
    expect(arrival?.domainName).toBe('openai.example.com');
  });

  test('without an empty key unmapped paths reach no API', () => {
    expect(arrive(domain(['v1']), '/health')).toBeUndefined();
  });

  test('a key with several levels lowercases header names for every mapping', () => {
    expect(arrive(domain(['', 'v1/chat']), '/health')?.lowerCaseHeaders).toBe(true);
    expect(arrive(domain(['', 'v1']), '/v1/x')?.lowerCaseHeaders).toBe(false);
  });
});

describe('under its own host', () => {
  const alone: Deployment = {
    region: 'eu-west-1',
    roles: [],
    functions: [],
    tables: [],
    userPools: [],
    topics: [],
    buckets: [],
    apis: [api('abc')],
  };

  test.each([
    ['/v1/chat/completions', '/chat/completions'],
    ['/v1/', '/'],
    ['/v1', '/'],
  ])('%s has its stage stripped, and keeps it in the context', (path, route) => {
    expect(arrive(alone, path)).toMatchObject({
      route,
      eventPath: route,
      contextPath: path,
      domainName: 'abc.execute-api.eu-west-1.amazonaws.com',
      lowerCaseHeaders: false,
    });
  });

  test.each(['/', '/v12/models', '/health'])('%s is not a stage', (path) => {
    expect(arrive(alone, path)).toBeUndefined();
  });
});
