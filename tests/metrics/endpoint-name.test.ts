import { endpoints } from '../../function/endpoints/index.ts';
import { endpointName } from '../../function/metrics/endpoint-name.ts';

const names = new Set(endpoints.map(({ path }) => endpointName(path)));

test.each([
  ['/v1/chat/completions', 'chat-completions'],
  ['/openai/deployments/:deployment{.+}/chat/completions', 'chat-completions'],
  ['/v1/messages/count_tokens', 'messages-count-tokens'],
  ['/v1/models/:model{.+}', 'models'],
  ['/model/:model{.+}/converse-stream', 'converse-stream'],
  ['/guardrail/:guardrailIdentifier{.+}/version/:guardrailVersion/apply', 'guardrail-version-apply'],
  ['/v1/organization/:rest{.+}', 'organization'],
  ['/.well-known/oauth-protected-resource/mcp', 'well-known-oauth-protected-resource-mcp'],
  ['unknown', 'unknown'],
])('the endpoint %s is called %s', (pattern, name) => {
  expect(endpointName(pattern)).toBe(name);
});

test('names have words alone, and are few: each is a metric that is billed', () => {
  expect([...names].filter((name) => !/^[a-z]+(?:-[a-z]+)*$/.test(name))).toEqual([]);
  expect(names.size).toBeLessThan(50);
});
