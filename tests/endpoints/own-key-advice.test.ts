import type { Catalog } from '../../function/catalog/catalog.ts';
import { claude, gateway, listed, post, startUpstreams, tokenOf, type Upstreams } from '../attacks/upstreams.ts';

const token = tokenOf('app');
const lite = 'amazon.nova-lite-v1:0';
const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  guardrail: { identifier: 'abcdefghijkl', version: '1' },
  models: { claude: { target: `bedrock:${claude}` }, lite: { target: `bedrock:${lite}` } },
};

let upstreams: Upstreams;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());

const said = (...content: object[]) => ({ messages: [{ role: 'user', content: [{ text: 'x' }, ...content] }] });
const messages = [{ role: 'user', content: 'x' }];

test.each<readonly [string, string, object, Record<string, string>]>([
  ["one of Bedrock's models", `/model/${lite}/converse`, said(), {}],
  ['a tier', '/model/lite/converse', { ...said(), serviceTier: { type: 'priority' } }, {}],
  ['a tier, in a chat', '/v1/chat/completions', { model: 'lite', messages, service_tier: 'priority' }, {}],
  ['a tier, in a header', '/model/claude/invoke', { messages }, { 'x-amzn-bedrock-service-tier': 'priority' }],
  [
    'other servers',
    '/model/claude/converse',
    { ...said(), additionalModelRequestFields: { mcp_servers: [{ url: 'https://example.com' }] } },
    {},
  ],
  ['less of a guardrail', '/model/lite/converse', said({ guardContent: { text: { text: 'x' } } }), {}],
  ['a model that is not rebuilt', '/model/lite/invoke', { messages }, {}],
])(
  'a caller for whom the stack pays is told of Bedrock keys only if it takes any: %s',
  async (_what, path, body, headers) => {
    const refusal = async (bedrockKeys: 'any' | 'none') => {
      const app = gateway(upstreams, { catalog, config: { bedrockKeys } });
      const { status, text } = await post(app, { path, body }, { token, headers });
      return { status: Math.floor(status / 100), isAdvised: text.includes('an Amazon Bedrock API key of your own') };
    };
    expect(await refusal('any')).toEqual({ status: 4, isAdvised: true });
    expect(await refusal('none')).toEqual({ status: 4, isAdvised: false });
  },
);
