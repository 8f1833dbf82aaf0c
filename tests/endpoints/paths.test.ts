import { aliasesOf, canonicalPath } from '../../function/endpoints/paths.ts';

describe('the canonical path', () => {
  test.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/openai/v1/chat/completions', '/v1/chat/completions'],
    ['/openai/v1/models/us.amazon.nova-pro-v1:0', '/v1/models/us.amazon.nova-pro-v1:0'],
    ['/chat/completions', '/v1/chat/completions'],
    ['/completions', '/v1/completions'],
    ['/embeddings', '/v1/embeddings'],
    ['/models', '/v1/models'],
    ['/models/a/b', '/v1/models/a/b'],
    ['//models', '/v1/models'],
    ['/v1//chat///completions', '/v1/chat/completions'],
    ['//openai//v1//embeddings', '/v1/embeddings'],
    // The stage of AWS's own host.
    ['/v1/model/a/converse', '/model/a/converse'],
    ['/v1//model/a/converse', '/model/a/converse'],
    ['/v1/model', '/model'],
    ['/v1/health', '/health'],
    ['/v1/foundation-models', '/foundation-models'],
    ['/v1/inference-profiles/x', '/inference-profiles/x'],
    ['/v1/guardrail/abc/version/1/apply', '/guardrail/abc/version/1/apply'],
    ['/v1/guardrail-checks/invoke', '/guardrail-checks/invoke'],
    ['/v1/async-invoke', '/async-invoke'],
    ['/v1/guardrails', '/v1/guardrails'],
    ['/v1/openai/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/openai/deployments/gpt-4o/chat/completions', '/openai/deployments/gpt-4o/chat/completions'],
    // What only begins alike is another path.
    ['/v1/healthy', '/v1/healthy'],
    ['/v1/models', '/v1/models'],
    ['/completionsx', '/completionsx'],
    ['/chat', '/chat'],
    ['/openai/v1', '/openai/v1'],
    ['/openai/v2/models', '/openai/v2/models'],
    ['/model/a/converse', '/model/a/converse'],
    ['/v2/v1/health', '/v2/v1/health'],
    ['/health', '/health'],
    ['/', '/'],
  ])('of %s is %s', (path, canonical) => {
    expect(canonicalPath(path)).toBe(canonical);
  });

  test.each(['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/models', '/v1/models/x', '/health'])(
    'of every alias of %s is that path',
    (path) => {
      expect(aliasesOf(path).map(canonicalPath)).toEqual(aliasesOf(path).map(() => path));
    },
  );

  test.each([
    ['/model/a%2Fb/converse', '/model/a%2Fb/converse'],
    ['//model//a//b//converse', '/model/a//b/converse'],
    ['/v1/models//a//b', '/v1/models/a//b'],
    ['/models/a%5Cb', '/v1/models/a%5Cb'],
    ['//guardrail//a%2fb//version//1//apply', '/guardrail/a%2fb/version/1/apply'],
    ['/openai/deployments//a//chat//completions', '/openai/deployments/a/chat/completions'],
    ['/v1/%6dodels', '/v1/models'],
  ])('keeps the id of %s as it is: %s', (path, canonical) => {
    expect(canonicalPath(path)).toBe(canonical);
  });

  test.each([
    '/v1/../models',
    '/v1/%2E./models',
    '/model/a%2F..%2Fb/converse',
    '/model/a/%252e/converse',
    '/v1%2Fmodels',
    '/v1/models%5C',
    '/model%2Fa/converse',
    '/guardrail/a/version/1%252F2/apply',
    '/v1/%ff',
  ])('does not exist for %s', (path) => {
    expect(canonicalPath(path)).toBeUndefined();
  });

  test('is found in time that is linear in the length', () => {
    expect(canonicalPath(`${'/'.repeat(100_000)}models${'/'.repeat(100_000)}`)).toBe('/v1/models/');
    const hostile = [`/model/${'a//'.repeat(50_000)}/invokex`, `/model/${'/version/x'.repeat(50_000)}/appl`];
    for (const path of [...hostile, `/model/${'%25'.repeat(50_000)}2`])
      expect(canonicalPath(path)?.startsWith('/model/')).toBe(true);
  });
});

test("Bedrock's own paths have no aliases", () => {
  expect(aliasesOf('/model/:model{.+}/converse')).toEqual([]);
  expect(aliasesOf('/v1/embeddings')).toEqual(['/openai/v1/embeddings', '/embeddings']);
});
