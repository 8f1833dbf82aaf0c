import { assert, asyncProperty, constantFrom, integer, tuple } from 'fast-check';
import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { Caller } from '../../function/auth/caller.ts';
import type { ModelPermissions } from '../../function/auth/rules.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  chat,
  chatStream,
  claude,
  converseCall,
  gateway,
  gptOss,
  json,
  operations,
  post,
  startUpstreams,
  tokenOf,
  type Script,
  type Upstreams,
} from './upstreams.ts';

/** A caller of a project for whom the stack pays, and one who brings a Bedrock key. */
const paidFor = tokenOf('paid-for');
const ownKey = bedrockKey('own');
const tokens = [paidFor, ownKey];

const foundation = claude.slice('us.'.length);
const account = 'arn:aws:bedrock:us-east-1:123456789012';
const profile = `${account}:application-inference-profile/abcdefghijkl`;
const lite = 'amazon.nova-lite-v1:0';
const micro = 'amazon.nova-micro-v1:0';

const catalog: Partial<Catalog> = {
  models: {
    claude: { target: `bedrock:${claude}`, fallbacks: [`bedrock:${lite}`] },
    'pat-*': { target: `bedrock:eu.${foundation}` },
    lite: { target: `bedrock:${lite}`, fallbacks: [`bedrock:${claude}`, `bedrock:${profile}`, `bedrock:${micro}`] },
    team: { target: `bedrock:${profile}` },
    gpt: { target: 'openai:gpt-4o-mini', fallbacks: [`bedrock:${lite}`] },
    mixed: { target: `bedrock:${lite}`, fallbacks: ['openai:gpt-4o-mini', `bedrock:${micro}`] },
    'gpt-2': { target: 'openai:gpt-4o-mini' },
    oss: { target: `bedrock-openai:${gptOss}` },
  },
};

let upstreams: Upstreams;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
});

/** The gateway for callers whose project has these permissions. */
function gatewayWith(models: ModelPermissions, more: Partial<Caller> = {}): TestApp {
  const authenticator: Authenticator = {
    authenticate({ text, sha256 }) {
      if (!tokens.includes(text)) return undefined;
      return {
        id: 'member',
        method: 'registered',
        isProven: true,
        project: '000000000001',
        rules: { project: { models } },
        cacheKey: sha256,
        ...(text === ownKey && { bedrock: { kind: 'bearer', token: text } }),
        ...more,
      };
    },
  };
  return gateway(upstreams, { catalog, services: { authenticators: [authenticator] } });
}

const deny = (...ids: string[]) => gatewayWith({ mode: 'deny_list', ids });
const allow = (...ids: string[]) => gatewayWith({ mode: 'allow_list', ids });

/** What was sent to models. */
function asked(): readonly string[] {
  const models = upstreams.arrived.filter(({ service }) => !['sts', 'secrets', 'control'].includes(service));
  return models.map(({ path, body }) => `${decodeURIComponent(path)} ${body}`);
}

/** Bedrock tells the model behind every application inference profile. */
function behind(model: string): Script {
  return (response, { path }) => {
    const isProfile = path.includes('application-inference-profile');
    if (!isProfile) return json(response, 200, { modelSummaries: [], inferenceProfileSummaries: [] });
    const models = [{ modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${model}` }];
    return json(response, 200, { inferenceProfileId: 'abcdefghijkl', inferenceProfileArn: profile, models });
  };
}

/** Names and spellings of one model. */
const spellings = [
  'claude',
  'pat-a',
  'pat-*',
  claude,
  foundation,
  `eu.${foundation}`,
  `apac.${foundation}`,
  `global.${foundation}`,
  `mars.${foundation}`,
  foundation.replace(':0', ''),
  `${claude}:200k`,
  `${foundation}:1:48k`,
  `arn:aws:bedrock:us-east-1::foundation-model/${foundation}`,
  `arn:aws-us-gov:bedrock:us-east-1::foundation-model/${foundation}`,
  `arn:aws:bedrock:us-east-1::foundation-model/${foundation.replace('claude', 'Claude')}`,
  `${account}:inference-profile/${claude}`,
  `${account}:inference-profile/global.${foundation}`,
];

describe('a denied model', () => {
  test.each(['claude', `${account}:inference-profile/eu.${foundation}`])(
    'is a 403 by every operation under every spelling, where the list has %s',
    async (listed) => {
      const app = deny(listed);
      for (const token of tokens) {
        for (const operation of operations) {
          for (const model of spellings) {
            const { status, text } = await post(app, operation.request(model), { token });
            expect([operation.name, model, status]).toEqual([operation.name, model, 403]);
            expect(text).toContain('This API key may not use this model.');
          }
        }
      }
      expect(upstreams.arrived).toEqual([]);
    },
  );

  test('is a 403 for asynchronous invocations, and under a second name in the body', async () => {
    const app = deny('claude');
    for (const modelId of spellings) {
      const { status } = await post(app, { path: '/async-invoke', body: { modelId } }, { token: ownKey });
      expect([modelId, status]).toEqual([modelId, 403]);
    }
    const body = `{"modelId":"${claude}","modelId":["${claude}"],"model\\u0049d":"${claude}","modelId":"lite"}`;
    expect((await post(app, { path: '/async-invoke', body }, { token: ownKey })).status).toBe(200);
    expect(asked().join()).not.toContain(claude);
  });

  test.each([
    ['an OpenAI-compatible server', 'gpt', ['gpt', 'gpt-2']],
    ['a model with two ids', 'openai.gpt-oss-20b', ['oss', gptOss, 'openai.gpt-oss-20b', `us.${gptOss}`]],
    ['a pattern', 'pat-*', ['pat-', 'pat-x', 'claude']],
    ['a name under a pattern', 'pat-x', ['pat-y', 'claude']],
  ])('is found by all of its names: %s', async (_what, listed, names) => {
    const app = deny(listed);
    for (const token of tokens) {
      for (const model of names) expect((await post(app, chat.request(model), { token })).status).toBe(403);
    }
    expect(upstreams.arrived).toEqual([]);
  });

  test('leaves other models as they are', async () => {
    const app = deny('claude');
    for (const model of ['lite', 'gpt']) {
      expect((await post(app, chat.request(model), { token: paidFor })).status).toBe(200);
    }
    expect((await post(app, converseCall.request(lite), { token: ownKey })).status).toBe(200);
  });
});

/** Ways to write a character of a path or of a body that readers may take for the same. */
const disguises: readonly ((letter: string) => string)[] = [
  (letter) => letter.toUpperCase(),
  (letter) => `%${letter.charCodeAt(0).toString(16)}`,
  (letter) => `%25${letter.charCodeAt(0).toString(16)}`,
  (letter) => `${letter}%00`,
  (letter) => `${letter}%20`,
  (letter) => `${letter}%cc%81`,
  (letter) => `${letter}\u00ad`,
  (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0),
  (letter) => `${letter}%2f`,
  (letter) => `/${letter}`,
];

test('no disguise of a name reaches a denied model', async () => {
  const app = deny(claude);
  const disguised = tuple(constantFrom(...spellings), integer({ min: 0, max: 120 }), constantFrom(...disguises)).map(
    ([name, position, disguise]) => {
      const at = position % name.length;
      return name.slice(0, at) + disguise(name[at] ?? '') + name.slice(at + 1);
    },
  );
  const messages = [{ role: 'user', content: 'Hello' }];
  await assert(
    asyncProperty(disguised, constantFrom(...tokens), async (name, token) => {
      const path = encodeURI(name).replaceAll('%25', '%');
      for (const operation of ['converse', 'invoke', 'count-tokens'])
        await post(app, { path: `/model/${path}/${operation}`, body: converseCall.request('x').body }, { token });
      await post(app, { path: `/openai/deployments/${path}/chat/completions`, body: { messages } }, { token });
      await post(app, chat.request(name), { token });
      expect(asked().filter((call) => /claude/i.test(call))).toEqual([]);
    }),
  );
});

describe('a second model in a body', () => {
  const other = 'openai.gpt-oss-120b-1:0';
  const messages = '"messages":[{"role":"user","content":"Hello"}]';

  test.each([
    `"model":"${other}","model":"${gptOss}"`,
    `"model":"${gptOss}","\\u006dodel":"${other}"`,
    `"Model":"${other}","model":"${gptOss}"`,
    `"model":["${other}"],"model":"${gptOss}"`,
    `"__proto__":{"model":"${other}"},"MODEL":"${other}","model":"${gptOss}"`,
  ])('is not sent where one is denied: %s', async (fields) => {
    const app = deny(other);
    const body = `{${fields},${messages}}`;
    const path = `/openai/deployments/${encodeURIComponent(gptOss)}/chat/completions`;
    for (const each of ['/v1/chat/completions', path, `/model/${gptOss}/invoke`])
      await post(app, { path: each, body }, { token: ownKey });
    const outside = asked().map((call) => call.replace(/"__proto__":\{[^}]*\}/, ''));
    expect(outside.filter((call) => call.includes('120b'))).toEqual([]);
  });

  test('is a 400 beside a deployment in the path', async () => {
    const app = deny(other);
    const path = `/openai/deployments/${encodeURIComponent(gptOss)}/chat/completions`;
    const { status } = await post(app, { path, body: `{"model":"${other}",${messages}}` }, { token: ownKey });
    expect([status, upstreams.arrived]).toEqual([400, []]);
  });
});

describe('a fallback', () => {
  const failing: Script = (response) =>
    json(response, 503, { message: 'down' }, { 'x-amzn-errortype': 'ServiceUnavailableException' });

  test.each([chat, chatStream, converseCall])('that is denied is skipped: $name', async (operation) => {
    upstreams.scripts = { runtime: failing, control: behind(foundation) };
    const { status } = await post(deny(foundation), operation.request('lite'), { token: paidFor });
    expect(status).toBe(503);
    const models = new Set(asked().map((call) => /\/model\/(.+)\/converse/.exec(call)?.[1]));
    expect(models).toEqual(new Set([lite, micro]));
  });

  test('outside of Bedrock that is denied is skipped', async () => {
    upstreams.scripts = { runtime: failing };
    expect((await post(deny('gpt-2'), chat.request('mixed'), { token: paidFor })).status).toBe(503);
    expect(new Set(upstreams.arrived.map(({ service }) => service))).toEqual(new Set(['sts', 'runtime']));
    expect(asked().join()).toContain(micro);
  });

  test('answers for nothing that is denied itself', async () => {
    expect((await post(deny(claude), chat.request('claude'), { token: paidFor })).status).toBe(403);
    expect(upstreams.arrived).toEqual([]);
  });

  test('may be all that a caller can use of a name, but not where it is denied', async () => {
    const token = ownKey;
    const bedrockOnly = { method: 'bedrock-key' } as const;
    const open = gatewayWith({ mode: 'deny_list', ids: ['team'] }, bedrockOnly);
    expect((await post(open, chat.request('gpt'), { token })).status).toBe(200);
    const closed = gatewayWith({ mode: 'deny_list', ids: [lite] }, bedrockOnly);
    expect((await post(closed, chat.request('gpt'), { token })).status).toBe(403);
  });
});

describe('an application inference profile', () => {
  test.each([
    [foundation, 403],
    ['amazon.nova-pro-v1:0', 200],
    ['', 403],
  ])('of %s is a %i', async (model, expected) => {
    upstreams.scripts.control = model === '' ? (response) => json(response, 403, { message: 'no' }) : behind(model);
    const app = deny(`us.${foundation}`);
    for (const [name, token] of [
      ['team', paidFor],
      [profile, ownKey],
    ] as const) {
      expect((await post(app, converseCall.request(name), { token })).status).toBe(expected);
    }
    expect(asked().length).toBe(expected === 200 ? 2 : 0);
  });

  test.each(['provisioned-model/abcdefghijkl', 'prompt/ABCDEFGHIJ:1', 'default-prompt-router/anthropic.claude:1'])(
    'is not all that hides a model: %s',
    async (resource) => {
      const name = `${account}:${resource}`;
      expect((await post(deny(claude), converseCall.request(name), { token: ownKey })).status).toBe(403);
      expect(upstreams.arrived).toEqual([]);
    },
  );

  test('is denied as itself under every name', async () => {
    for (const listed of ['team', profile]) {
      const app = deny(listed);
      for (const name of ['team', profile, profile.replace('abc', 'ABC')])
        expect((await post(app, converseCall.request(name), { token: ownKey })).status).toBe(403);
    }
    expect(upstreams.arrived).toEqual([]);
  });
});

describe('an allow list', () => {
  test('permits the names that it has, and no other way to their models', async () => {
    const app = allow('claude', lite);
    for (const model of [...spellings.slice(1), 'lite', 'team', profile, 'gpt', 'CLAUDE', 'claude ', 'no-such-model']) {
      for (const token of tokens) {
        const { status, text } = await post(app, chat.request(model), { token });
        expect([model, status, text.includes('model_not_allowed')]).toEqual([model, 403, true]);
      }
    }
    expect(upstreams.arrived).toEqual([]);
    expect((await post(app, chat.request('claude'), { token: paidFor })).status).toBe(200);
    expect((await post(app, converseCall.request(lite), { token: ownKey })).status).toBe(200);
  });

  test('never lets the stack pay for what the catalog has not', async () => {
    const { status, text } = await post(allow(lite), converseCall.request(lite), { token: paidFor });
    expect([status, text]).toEqual([403, expect.stringContaining('it pays only for the models that its config names')]);
    expect(upstreams.arrived).toEqual([]);
  });

  test('permits no operation that is about no model', async () => {
    const app = allow('claude');
    for (const path of ['/guardrail/abcdefghijkl/version/1/apply', '/guardrail-checks/invoke']) {
      expect((await post(app, { path, body: {} }, { token: ownKey })).status).toBe(403);
    }
    expect(upstreams.arrived).toEqual([]);
  });

  test("and the caller's own list must both have a name", async () => {
    const app = gatewayWith({ mode: 'allow_list', ids: ['claude', 'lite'] }, { models: ['lite', 'gpt'] });
    const statuses = ['claude', 'lite', 'gpt'].map(
      async (model) => (await post(app, chat.request(model), { token: paidFor })).status,
    );
    expect(await Promise.all(statuses)).toEqual([403, 200, 403]);
  });
});

describe('lists', () => {
  const other = 'amazon.nova-pro-v1:0';
  const arn = (id: string) => `arn:aws:bedrock:us-east-1::foundation-model/${id}`;
  const summary = (id: string) => ({
    modelId: id,
    modelArn: arn(id),
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    inferenceTypesSupported: ['ON_DEMAND'],
  });
  const profileOf = (id: string, model: string) => ({
    inferenceProfileId: id,
    inferenceProfileArn: id.includes('.')
      ? `${account}:inference-profile/${id}`
      : `${account}:application-inference-profile/${id}`,
    models: [{ modelArn: arn(model) }],
    status: 'ACTIVE',
    type: id.includes('.') ? 'SYSTEM_DEFINED' : 'APPLICATION',
  });
  const profiles = [
    profileOf(claude, foundation),
    profileOf('abcdefghijkl', foundation),
    profileOf('mnopqrstuvwx', other),
  ];
  const control: Script = (response, { path }) => {
    const [, kind, id] = decodeURIComponent(path).split(/^\/([\w-]+)(?:\/(.+))?(?:\?.*)?$/);
    if (kind === 'foundation-models' && id !== undefined) return json(response, 200, { modelDetails: summary(id) });
    if (kind === 'foundation-models')
      return json(response, 200, { modelSummaries: [foundation, lite, other].map(summary) });
    const one = profiles.find((each) => each.inferenceProfileId === id || each.inferenceProfileArn === id);
    return json(response, 200, one ?? { inferenceProfileSummaries: profiles });
  };
  const seen = async (app: TestApp, path: string, token = ownKey) => {
    const response = await app.open(path, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  };
  beforeEach(() => {
    upstreams.scripts.control = control;
  });

  test('show no denied model under any of its names', async () => {
    const app = deny('claude');
    const { text } = await seen(app, '/v1/models');
    const ids: string[] = JSON.parse(text).data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(
      [
        lite,
        other,
        `${account}:application-inference-profile/mnopqrstuvwx`,
        'gpt',
        'gpt-2',
        'lite',
        'mixed',
      ].toSorted(),
    );
    const models = JSON.parse((await seen(app, '/foundation-models')).text).modelSummaries;
    expect(models.map(({ modelId }: { modelId: string }) => modelId)).not.toContain(foundation);
    expect(models.map(({ modelId }: { modelId: string }) => modelId)).toEqual(expect.arrayContaining([lite, other]));
    const shown = JSON.parse((await seen(app, '/inference-profiles')).text).inferenceProfileSummaries;
    expect(shown).toEqual([profiles[2]]);
  });

  test('show a caller for whom the stack pays what the catalog permits', async () => {
    const ids = async (app: TestApp) =>
      JSON.parse((await seen(app, '/v1/models', paidFor)).text).data.map(({ id }: { id: string }) => id);
    expect(await ids(deny(foundation))).toEqual(['gpt', 'gpt-2', 'lite', 'mixed', 'oss']);
    expect(await ids(deny('openai.gpt-oss-20b', 'gpt'))).toEqual(['claude', 'lite', 'mixed', 'team']);
    expect(await ids(allow('claude', 'pat-*'))).toEqual(['claude']);
  });

  test.each(spellings)('%s is not to be found', async (name) => {
    const app = deny(foundation);
    const id = encodeURIComponent(name);
    expect((await seen(app, `/v1/models/${id}`)).status).toBe(404);
    for (const list of ['foundation-models', 'inference-profiles']) {
      const { status, text } = await seen(app, `/${list}/${id}`);
      expect([list, status < 500 && status >= 400, text.includes('modelArn')]).toEqual([list, true, false]);
    }
  });

  test.each(['abcdefghijkl', profile])('a profile of a denied model is not shown: %s', async (id) => {
    const path = `/inference-profiles/${encodeURIComponent(id)}`;
    const { status, text } = await seen(deny(foundation), path);
    expect([status, text.includes(foundation)]).toEqual([403, false]);
    expect((await seen(deny(other), path)).status).toBe(200);
  });

  test('an allow list shows its own names alone', async () => {
    const app = allow('claude', lite);
    const { text } = await seen(app, '/v1/models');
    expect(JSON.parse(text).data.map(({ id }: { id: string }) => id)).toEqual([lite, 'claude']);
    for (const name of [foundation, `arn:aws:bedrock:us-east-1::foundation-model/${lite}`, 'lite'])
      expect((await seen(app, `/v1/models/${encodeURIComponent(name)}`)).status).toBe(404);
    expect(JSON.parse((await seen(app, '/inference-profiles')).text).inferenceProfileSummaries).toEqual([]);
  });
});
