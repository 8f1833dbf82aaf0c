import type { PassthroughRequest } from '../../function/backends/backend.ts';
import { countTokens } from '../../function/endpoints/count-tokens.ts';
import type { RoutedRequest } from '../../function/pipeline/route.ts';
import { plainCatalog } from '../support/catalog.ts';

const claude = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

test('what the stack has counted of a Converse request is what counts, and the rest is named', async () => {
  const sent: string[] = [];
  const passthrough = ({ body }: PassthroughRequest) => {
    sent.push(String(body));
    return Promise.resolve({ ok: false, failure: { name: 'ThrottlingException', status: 429, message: '' } });
  };
  const tool = { toolSpec: { name: 'look', inputSchema: { json: { type: 'object' } } } };
  const counted = {
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    system: [{ text: 'Be brief.' }],
    toolConfig: { tools: [tool] },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1_024 } },
  };
  const converse = { ...counted, inferenceConfig: { maxTokens: 5 }, requestMetadata: { a: 'b' } };
  const context = { services: { catalog: plainCatalog, config: { bedrockKeys: 'any' } }, caller: { id: 'a' } };
  const routed = {
    request: { context, name: claude, body: JSON.stringify({ input: { converse } }), client: {} },
    to: { target: { backend: 'bedrock', model: claude }, credential: { kind: 'stack' }, region: 'us-east-1' },
    backend: { countTokens: { passthrough } },
    call: {},
  } as unknown as RoutedRequest<string>;
  const call = await countTokens.routes[0]?.prepare(routed);
  await call?.answer();
  expect(sent.map((body) => JSON.parse(body))).toEqual([{ input: { converse: counted } }]);
  expect(call?.ignored).toEqual(['inferenceConfig', 'requestMetadata']);
  expect(call?.label).toBe(`bedrock:${claude} (count-tokens)`);
});
