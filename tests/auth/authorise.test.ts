import { createHash } from 'node:crypto';
import { authenticate, type Unauthenticated } from '../../function/auth/authenticate.ts';
import { authorisedTargets, checkModelAllowed, type AuthorisationRules } from '../../function/auth/authorise.ts';
import { bedrockKeys } from '../../function/auth/bedrock-keys.ts';
import type { Caller } from '../../function/auth/caller.ts';
import { createProofs } from '../../function/auth/proofs.ts';
import { registeredCallers } from '../../function/auth/registered-callers.ts';
import { ApiError } from '../../function/errors.ts';
import { longTermKey, shortTermKey } from './keys.ts';

const now = Date.parse('2026-11-20T10:30:00Z');
const rules: AuthorisationRules = {
  regions: ['us-east-1', 'eu-west-1'],
  paidWith: ({ backend }) => (backend.startsWith('bedrock') ? 'bedrock-key' : 'stack'),
};

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

type Registered = readonly { id: string; sha256: string; models?: string[] }[];

function identified(token: string, callers: Registered = []): Caller | Unauthenticated {
  const headers = new Map([['authorization', `Bearer ${token}`]]);
  const proofs = createProofs({ now: () => now });
  const authenticators = [registeredCallers(callers), bedrockKeys({ accepted: 'any', proofs })];
  const found = authenticate(headers, { authenticators, now });
  if (found instanceof Promise) throw new Error('nobody had to be asked');
  return found;
}

function called(token: string, callers: Registered = []): Caller {
  const found = identified(token, callers);
  if ('refusal' in found) throw found.refusal;
  return found;
}

const bedrock = { backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0' };
const native = { backend: 'bedrock-openai', model: 'openai.gpt-oss-120b-1:0' };
const openai = { backend: 'openai', model: 'gpt-4o-mini' };
const sagemaker = { backend: 'sagemaker', model: 'my-endpoint' };

type Target = typeof bedrock;

function refusal(caller: Caller, targets: readonly [Target, ...Target[]], mapped = true): Partial<ApiError> {
  try {
    authorisedTargets(caller, { targets, mapped }, rules);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was allowed');
}

const secret = 'a-token-of-some-app';
const listed = called(secret, [
  { id: 'other', sha256: sha256('another') },
  { id: 'app', sha256: sha256(secret) },
]);
const owner = called(longTermKey());
const unknown = identified('sk-nobody-knows-this');

describe('who calls', () => {
  test('a token whose hash the config lists is its caller, by the id there', () => {
    expect(listed).toEqual({ id: 'app', method: 'registered', isProven: true, cacheKey: sha256(secret) });
  });

  test('one that is a Bedrock key as well brings it', () => {
    const key = shortTermKey({ region: 'eu-west-1' });
    const both = called(key, [{ id: 'app', sha256: sha256(key), models: ['gpt-4o'] }]);
    expect(both).toMatchObject({ id: 'app', method: 'registered', keyRegion: 'eu-west-1', models: ['gpt-4o'] });
    expect(both.bedrock).toEqual({ kind: 'bearer', token: key });
  });

  test('one that is an expired Bedrock key as well is refused', () => {
    const key = shortTermKey({ expires: '1800' });
    expect(identified(key, [{ id: 'app', sha256: sha256(key) }])).toMatchObject({
      refusal: { status: 401, code: 'invalid_api_key', message: expect.stringContaining('expired at') },
    });
  });

  test.each(['ABSK-of-our-own', 'bedrock-api-key-of-our-own'])('it may have any shape: %s', (token) => {
    expect(called(token, [{ id: 'app', sha256: sha256(token) }])).toMatchObject({ id: 'app', method: 'registered' });
  });

  test.each(['', 'A-TOKEN-OF-SOME-APP', `${secret} `.trim().slice(0, -1), sha256(secret)])(
    'nothing but the very token is the caller: %s',
    (token) => {
      const other = identified(token === '' ? 'x' : token, [{ id: 'app', sha256: sha256(secret) }]);
      expect(other).toMatchObject({ refusal: { status: 401, code: 'invalid_api_key' } });
      expect(other.id).toMatch(/^unauthenticated-/);
    },
  );

  test('of an unknown token nothing is kept but a part of its hash', () => {
    if (!('refusal' in unknown)) throw new Error('it was accepted');
    expect(unknown.refusal).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(JSON.stringify({ ...unknown, refusal: unknown.refusal.message })).not.toContain('nobody-knows');
  });
});

describe('who pays', () => {
  test('a Bedrock key pays on Bedrock, whatever the catalog says, and where its own region is', () => {
    const key = called(shortTermKey({ region: 'eu-west-1' }));
    for (const mapped of [true, false]) {
      expect(authorisedTargets(key, { targets: [bedrock], mapped }, rules)).toEqual([
        { target: bedrock, credential: key.bedrock, region: 'eu-west-1' },
      ]);
    }
  });

  test.each([openai, sagemaker])('the stack pays for $backend, and a Bedrock key is refused there', (target) => {
    expect(authorisedTargets(listed, { targets: [target], mapped: true }, rules)).toEqual([
      { target, credential: { kind: 'stack' }, region: 'us-east-1' },
    ]);
    expect(refusal(owner, [target])).toMatchObject({
      status: 403,
      code: 'caller_not_listed',
      param: 'model',
      message:
        'The stack itself pays for this model, so it is only for callers that the stack knows, such as those that its config lists ' +
        'under bedrock-gateway:callers. An Amazon Bedrock API key pays for models on Bedrock only.',
    });
  });

  test.each([bedrock, native])('a listed caller without a Bedrock key is paid for on $backend', (target) => {
    const [first] = authorisedTargets(listed, { targets: [target], mapped: true }, rules);
    expect(first.credential).toEqual({ kind: 'stack' });
  });

  test('but only by the names of the catalog', () => {
    expect(refusal(listed, [bedrock], false)).toMatchObject({
      status: 403,
      code: 'model_not_allowed',
      param: 'model',
      message:
        'With this API key the stack pays, and it pays only for the models that its config names, under bedrock-gateway:models: ask for ' +
        'one that GET /v1/models shows, or use an Amazon Bedrock API key of your own.',
    });
  });

  test.each(['gateway-key', 'jwt'] as const)('the stack pays for a caller by %s as for a listed one', (method) => {
    const caller: Caller = { id: 'x', method, isProven: true, cacheKey: 'x' };
    for (const target of [bedrock, native, openai, sagemaker]) {
      expect(authorisedTargets(caller, { targets: [target], mapped: true }, rules)).toEqual([
        { target, credential: { kind: 'stack' }, region: 'us-east-1' },
      ]);
    }
    expect(refusal(caller, [bedrock], false)).toMatchObject({ status: 403, code: 'model_not_allowed' });
  });

  test('and never with what the stack has where they bring a key', () => {
    const key = longTermKey();
    const both = called(key, [{ id: 'app', sha256: sha256(key) }]);
    const [first] = authorisedTargets(both, { targets: [bedrock], mapped: true }, rules);
    expect(first.credential).toEqual({ kind: 'bearer', token: key });
  });

  test('targets that may not be used are skipped, fallbacks like any other', () => {
    expect(authorisedTargets(owner, { targets: [openai, bedrock, sagemaker], mapped: true }, rules)).toEqual([
      { target: bedrock, credential: owner.bedrock, region: 'us-east-1' },
    ]);
    expect(refusal(owner, [openai, sagemaker])).toMatchObject({ status: 403 });
    const elsewhere = { backend: 'bedrock', model: 'arn:aws:bedrock:ap-south-1:123456789012:prompt/abc' };
    expect(refusal(owner, [elsewhere, openai])).toMatchObject({ status: 400, code: 'region_not_allowed' });
  });

  test('a target in a region that is not configured is skipped, and refused when it is alone', () => {
    const elsewhere = {
      backend: 'bedrock',
      model: 'arn:aws:bedrock:ap-south-1:123456789012:application-inference-profile/abc',
    };
    for (const caller of [owner, listed]) {
      expect(authorisedTargets(caller, { targets: [elsewhere, bedrock], mapped: true }, rules)).toHaveLength(1);
      expect(refusal(caller, [elsewhere])).toMatchObject({ status: 400, code: 'region_not_allowed' });
    }
  });
});

describe('which models', () => {
  const limited = { models: ['gpt-4o', 'us.amazon.nova-lite-v1:0'] };

  test('those that the config lists', () => {
    expect(() => checkModelAllowed(limited, 'gpt-4o')).not.toThrow();
    expect(() => checkModelAllowed({}, 'anything')).not.toThrow();
  });

  test.each([
    'us.anthropic.claude-sonnet-4-6',
    'amazon.nova-lite-v1:0',
    'US.AMAZON.NOVA-LITE-V1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
    'bedrock:us.amazon.nova-lite-v1:0',
    'gpt-4o ',
    'constructor',
  ])('and no other spelling: %s', (name) => {
    const refused = expect.objectContaining({
      status: 403,
      code: 'model_not_allowed',
      param: 'model',
      message:
        'This API key may not use this model. GET /v1/models shows those that it may use, by the config of the stack and its project.',
    });
    expect(() => checkModelAllowed(limited, name)).toThrow(refused);
  });

  test('those that lead to a pattern which the config lists as the catalog has it', () => {
    const patterned = { models: ['gpt-*', 'o1'] };
    expect(() => checkModelAllowed(patterned, 'gpt-4.1', 'gpt-*')).not.toThrow();
    expect(() => checkModelAllowed(patterned, 'o1', '*')).not.toThrow();
  });

  test.each([
    ['gpt-4o', 'gpt-4o'],
    ['gpt-4.1', 'gpt-4*'],
    ['gpt-4.1', '*'],
    ['gpt-4.1', undefined],
    ['gpt-4.1', 'gpt'],
  ])('and a pattern is no wider than the catalog: %s, which leads to %s', (name, key) => {
    expect(() => checkModelAllowed({ models: ['gpt-*'] }, name, key)).toThrow(expect.objectContaining({ status: 403 }));
  });
});

describe('rule 57: failover regions', () => {
  const everywhere = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1'];
  const failing: AuthorisationRules = { ...rules, failover: { bearer: everywhere, stack: ['us-west-2'] } };
  const regionsOf = (caller: Caller, target: Target, mapped = true) =>
    authorisedTargets(caller, { targets: [target], mapped }, failing).map(({ region, failover }) => [
      region,
      failover === true,
    ]);

  test.each([
    ['us.amazon.nova-pro-v1:0', ['us-west-2']],
    ['global.anthropic.claude-opus-5', ['us-west-2', 'eu-west-1', 'ap-northeast-1']],
    ['amazon.nova-lite-v1:0', ['us-west-2', 'eu-west-1', 'ap-northeast-1']],
    ['amer.anthropic.claude-opus-5', ['us-west-2']],
    ['jp.anthropic.claude-opus-5', ['ap-northeast-1']],
    ['apac.anthropic.claude-opus-5', ['ap-northeast-1']],
    ['somewhere.anthropic.claude-opus-5', ['us-west-2', 'eu-west-1', 'ap-northeast-1']],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', []],
  ])('%s goes to %j as well', (model, others) => {
    const expected = [['us-east-1', false], ...others.map((region) => [region, true])];
    expect(regionsOf(owner, { backend: 'bedrock', model })).toEqual(expected);
    expect(regionsOf(owner, { backend: 'bedrock-openai', model })).toEqual(expected);
  });

  test('a short-term key works in its own region alone', () => {
    expect(regionsOf(called(shortTermKey({ region: 'us-east-1' })), bedrock)).toEqual([['us-east-1', false]]);
  });

  test('what the stack pays goes where the stack says', () => {
    expect(regionsOf(listed, { backend: 'bedrock', model: 'amazon.nova-lite-v1:0' })).toEqual([
      ['us-east-1', false],
      ['us-west-2', true],
    ]);
    expect(regionsOf(listed, openai)).toEqual([['us-east-1', false]]);
    expect(regionsOf(listed, sagemaker)).toEqual([['us-east-1', false]]);
  });
});
