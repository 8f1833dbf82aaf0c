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

  test('is found in time that is linear in the length', () => {
    expect(canonicalPath(`${'/'.repeat(100_000)}models${'/'.repeat(100_000)}`)).toBe('/v1/models/');
  });
});

test("Bedrock's own paths have no aliases", () => {
  expect(aliasesOf('/model/:model{.+}/converse')).toEqual([]);
  expect(aliasesOf('/v1/embeddings')).toEqual(['/openai/v1/embeddings', '/embeddings']);
});
