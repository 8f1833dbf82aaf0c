import { bedrockSimulator } from '../../../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../../../local/simulators/simulator.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createIam, type Iam } from '../../../../local/iam/verify.ts';
import { signed } from './signed.ts';

const roleArn = 'arn:aws:iam::123456789012:role/spending';
const guardrail = 'arn:aws:bedrock:us-east-1:123456789012:guardrail/abcdefghijkl';
const profile = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0';
const model = (id: string): string => `arn:aws:bedrock:*::foundation-model/${id}`;
const chats = ['amazon.nova-lite-v1:0', 'anthropic.claude-3-haiku-20240307-v1:0', 'openai.gpt-oss-120b-1:0'];

const guarded = { 'bedrock:GuardrailIdentifier': `${guardrail}:1` };
const allow = { Effect: 'Allow' };
const statements = [
  {
    ...allow,
    Action: 'bedrock:InvokeModel*',
    Resource: [...chats.map(model), profile],
    Condition: { StringLike: guarded },
  },
  {
    ...allow,
    Action: 'bedrock:InvokeModel*',
    Resource: model('amazon.nova-pro-v1:0'),
    Condition: { StringLike: { ...guarded, 'bedrock:InferenceProfileArn': profile } },
  },
  { ...allow, Action: 'bedrock:ApplyGuardrail', Resource: '*' },
];

let iam: Iam;
let simulator: RunningSimulator;
beforeAll(async () => {
  const policies = [readPolicy(JSON.stringify({ Statement: statements }))];
  iam = createIam({ roles: [{ arn: roleArn, trust: { statements: [] }, policies }] });
  simulator = await bedrockSimulator.start({ keys: () => [], region: 'us-east-1', iam });
});
afterAll(async () => await simulator.close());

interface Named {
  readonly id: string;
  readonly version: string;
}

const inHeaders = ({ id, version }: Named): Record<string, string> => ({
  'x-amzn-bedrock-guardrailidentifier': id,
  'x-amzn-bedrock-guardrailversion': version,
});
const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
const anthropic = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 10,
  messages: [{ role: 'user', content: 'Hello' }],
};

/** How each operation names a guardrail. */
const operations: Readonly<
  Record<string, (named?: Named) => { path: string; body: object; headers?: Record<string, string> }>
> = {
  Converse: (named) => ({ path: '/model/amazon.nova-lite-v1:0/converse', body: { messages, ...config(named) } }),
  ConverseStream: (named) => ({
    path: '/model/amazon.nova-lite-v1:0/converse-stream',
    body: { messages, ...config(named) },
  }),
  'Converse by a profile': (named) => ({
    path: '/model/us.amazon.nova-pro-v1:0/converse',
    body: { messages, ...config(named) },
  }),
  InvokeModel: (named) => ({
    path: `/model/${chats[1]}/invoke`,
    body: anthropic,
    ...(named && { headers: inHeaders(named) }),
  }),
  InvokeModelWithResponseStream: (named) => ({
    path: `/model/${chats[1]}/invoke-with-response-stream`,
    body: anthropic,
    ...(named && { headers: inHeaders(named) }),
  }),
  'Chat Completions': (named) => ({
    path: '/openai/v1/chat/completions',
    body: { model: chats[2], messages: [{ role: 'user', content: 'Hello' }] },
    ...(named && { headers: inHeaders(named) }),
  }),
  'Chat Completions, streamed': (named) => ({
    path: '/openai/v1/chat/completions',
    body: { model: chats[2], messages: [{ role: 'user', content: 'Hello' }], stream: true },
    ...(named && { headers: inHeaders(named) }),
  }),
};

function config(named: Named | undefined): object {
  return named ? { guardrailConfig: { guardrailIdentifier: named.id, guardrailVersion: named.version } } : {};
}

describe.each(Object.entries(operations))(
  '%s of a role that may call models under a guardrail alone',
  (_name, asked) => {
    const status = async (named?: Named): Promise<string> => {
      const { path, body, headers = {} } = asked(named);
      const response = await signed(
        { url: `${simulator.url}${path}`, body: JSON.stringify(body), headers },
        iam.issue(roleArn),
      );
      const text = await response.text();
      return response.status === 200
        ? '200'
        : `${response.status} ${/not authorized to perform: (\S+)/.exec(text)?.[1]}`;
    };

    test('is answered with the guardrail, by ID or ARN', async () => {
      expect(await status({ id: 'abcdefghijkl', version: '1' })).toBe('200');
      expect(await status({ id: guardrail, version: '1' })).toBe('200');
    });

    test('is denied without the guardrail, with another one and with another version', async () => {
      const denied = expect.stringMatching(/^403 bedrock:InvokeModel/);
      expect(await status()).toEqual(denied);
      expect(await status({ id: 'mnopqrstuvwx', version: '1' })).toEqual(denied);
      expect(await status({ id: 'abcdefghijkl', version: '2' })).toEqual(denied);
      expect(await status({ id: 'abcdefghijkl', version: 'DRAFT' })).toEqual(denied);
    });
  },
);
