import type { Target } from '../../function/catalog/catalog.ts';
import { modelBehind, translationContext } from '../../function/pipeline/translation-context.ts';
import type { RoutedRequest } from '../../function/pipeline/route.ts';

const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6';
const stamp = { id: 'x', created: 1 };

/** A request at a target, and whom the directory was asked for. */
function routed(
  target: Partial<Target>,
  { stackPays = false, failover = false, found }: { stackPays?: boolean; failover?: boolean; found?: string } = {},
) {
  const asked: unknown[] = [];
  const modelOf = (...given: unknown[]) => {
    asked.push(given);
    return Promise.resolve(found);
  };
  const credential = stackPays ? { kind: 'stack' } : { kind: 'bearer', token: 'k' };
  const context = {
    services: { config: { promptCaching: 'auto', defaultMaxOutput: 77 }, directory: { modelOf } },
    caller: { cacheKey: 'hash' },
  };
  const to = { target: { backend: 'bedrock', model: 'm', ...target }, credential, ...(failover && { failover }) };
  const call = { credential, model: target.model ?? 'm', region: 'us-east-1' };
  return { asked, call, routed: { request: { context, stamp }, to, call } as unknown as RoutedRequest<unknown> };
}

const seen = (to: RoutedRequest<unknown>, model: string) => translationContext(to, { model, request: 'r' });

test('what a translation may know', () => {
  const { family, ...context } = seen(routed({ model: profile }).routed, 'us.amazon.nova-pro-v1:0');
  expect(family.name).toBe('nova-1');
  expect(context).toEqual({
    request: 'r',
    stamp,
    backend: 'bedrock',
    model: profile,
    media: new Map(),
    promptCaching: 'auto',
    stackPays: false,
    withoutReasoning: false,
  });
});

test('who pays', () => {
  expect(seen(routed({}, { stackPays: true }).routed, 'm').stackPays).toBe(true);
});

test("reasoning that is encrypted for a region is left out in another, and others' is not", () => {
  const [gpt5, claude] = ['global.openai.gpt-5.6-luna', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'];
  const without = (model: string, failover: boolean) => seen(routed({}, { failover }).routed, model).withoutReasoning;
  expect([without(gpt5, true), without(gpt5, false), without(claude, true)]).toEqual([true, false, false]);
});

test("the target's limit of an answer comes before the stack's, which is for low defaults of Bedrock alone", () => {
  const limit = (model: string, target: Partial<Target> = {}) => seen(routed(target).routed, model).defaultMaxOutput;
  expect(limit('us.amazon.nova-pro-v1:0', { defaultMaxOutput: 5 })).toBe(5);
  expect(limit('unknown.model')).toBeUndefined();
});

describe('the model behind a target', () => {
  test.each([
    [
      'that the catalog names',
      { model: profile, family: 'anthropic.claude-sonnet-4-6' },
      'anthropic.claude-sonnet-4-6',
    ],
    ['of an id', { model: 'us.amazon.nova-pro-v1:0' }, 'us.amazon.nova-pro-v1:0'],
  ])('%s is known without asking', (_what, target, expected) => {
    const { routed: to, asked } = routed(target, { found: 'other' });
    expect([modelBehind(to), asked]).toEqual([expected, []]);
  });

  test.each([
    [true, 'stack'],
    [false, 'hash'],
  ])("of an application's profile is asked for, for the stack: %j", async (stackPays, cacheKey) => {
    const { routed: to, asked, call } = routed({ model: profile }, { stackPays, found: 'amazon.nova-pro-v1:0' });
    expect(await modelBehind(to)).toBe('amazon.nova-pro-v1:0');
    expect(asked).toEqual([[{ credential: call.credential, cacheKey }, call]]);
  });

  test('that Bedrock does not tell is the profile itself', async () => {
    expect(await modelBehind(routed({ model: profile }).routed)).toBe(profile);
  });
});
