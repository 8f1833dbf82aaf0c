import type { Catalog } from '../../function/catalog/catalog.ts';
import { longTermKey, shortTermKey } from '../auth/keys.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  chat,
  claude,
  completions,
  converseCall,
  converseStream,
  countTokens,
  embeddings,
  gateway,
  gptOss,
  invoke,
  invokeStream,
  json,
  listed,
  operations,
  post,
  startUpstreams,
  titan,
  tokenOf,
  visible,
  type Operation,
  type Upstreams,
} from './upstreams.ts';

const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';

const catalog: Partial<Catalog> = {
  callers: [listed('app'), listed('limited', tokenOf('limited'), ['allowed'])],
  models: {
    allowed: { target: 'openai:gpt-4o-mini' },
    open: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    claude: { target: `bedrock:${claude}` },
    titan: { target: `bedrock:${titan}` },
    oss: { target: `bedrock-openai:${gptOss}` },
    profile: { target: `bedrock:${profile}`, family: claude },
    'own-first': { target: `bedrock:${claude}`, fallbacks: ['openai:gpt-4o-mini', 'sagemaker:my-endpoint'] },
    'stack-first': { target: 'openai:gpt-4o-mini', fallbacks: ['sagemaker:my-endpoint', `bedrock:${claude}`] },
  },
};

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
  app = gateway(upstreams, { catalog });
});

/** A short-term key of an account, issued now. */
function fresh(account: string): string {
  return shortTermKey({ account, date: new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '') });
}

const strangers = {
  "a Bedrock key of somebody else's account": bedrockKey('stranger', '210987654321'),
  'a Bedrock key of the same account': bedrockKey('colleague'),
  'a short-term key': fresh('210987654321'),
  'an unknown token': 'nobody-at-all',
  'the hash of a token': listed('app').sha256,
  'the ID of a caller': 'app',
  "a caller's token in another case": tokenOf('app').toUpperCase(),
  "the beginning of a caller's token": tokenOf('app').slice(0, -1),
  "more than a caller's token": `${tokenOf('app')}x`,
};

const bedrockKeys = Object.entries(strangers).filter(([name]) => name.includes('key'));
const notEvenKeys = Object.entries(strangers).filter(([name]) => !name.includes('key'));

function codeOf(text: string): unknown {
  const body = JSON.parse(text);
  return body.error?.code ?? body.message;
}

describe.each(operations)('$name', (operation) => {
  test.each(bedrockKeys)('%s reaches no model that only the stack pays for', async (_who, token) => {
    for (const model of ['allowed', 'open', 'tiny']) {
      const { status, text } = await post(app, operation.request(model), { token });
      expect([model, status]).toEqual([model, 403]);
      expect(text).toContain('The stack itself pays for this model');
    }
    expect(upstreams.arrived).toEqual([]);
  });

  test.each(notEvenKeys)('%s is a 401 for every model', async (_who, token) => {
    const seen: unknown[] = [];
    for (const model of [...Object.keys(catalog.models ?? {}), claude, profile, 'nothing']) {
      seen.push((await post(app, operation.request(model), { token })).status);
    }
    // Behind the Converse front a 401 is AWS's 403.
    const refused = operation.request('x').path.startsWith('/model/') ? 403 : 401;
    expect(new Set(seen)).toEqual(new Set([refused]));
    expect(upstreams.arrived).toEqual([]);
  });

  test('requests without a key reach nothing', async () => {
    for (const model of Object.keys(catalog.models ?? {})) {
      expect(Math.floor((await post(app, operation.request(model))).status / 100)).toBe(4);
    }
    expect(upstreams.arrived).toEqual([]);
  });

  test.each(bedrockKeys)("Bedrock gets %s, never the stack's credentials", async (_who, token) => {
    for (const model of ['claude', 'oss', 'titan', 'profile', 'own-first', 'stack-first']) {
      await post(app, operation.request(model), { token });
    }
    expect(upstreams.arrived.length).toBeGreaterThan(0);
    expect(new Set(upstreams.arrived.map(({ service }) => service))).not.toContain('sts');
    for (const { service, headers } of upstreams.arrived) {
      expect([service, headers.authorization]).toEqual([service, `Bearer ${token}`]);
      expect(['runtime', 'control']).toContain(service);
    }
  });

  test('a throttled caller-paid target does not fail over to a stack-paid one', async () => {
    upstreams.scripts.runtime = (response) =>
      json(response, 429, { message: 'slow' }, { 'x-amzn-errortype': 'ThrottlingException', 'retry-after': '100' });
    for (const model of ['own-first', 'stack-first']) {
      for (const [, token] of bedrockKeys) await post(app, operation.request(model), { token });
    }
    expect(upstreams.arrived.filter(({ service }) => service !== 'runtime')).toEqual([]);
    // None of these models makes embeddings, so of those not even a try is made.
    expect(upstreams.arrived.length > 0).toBe(operation !== embeddings);
  });

  test('a caller with a model list gets no other model under any name', async () => {
    const token = tokenOf('limited');
    for (const model of [
      'open',
      'tiny',
      'claude',
      'oss',
      'titan',
      'own-first',
      claude,
      profile,
      'Allowed',
      'allowed ',
    ]) {
      const { status, text } = await post(app, operation.request(model), { token });
      expect([model, status]).toEqual([model, 403]);
      expect(text).toContain('may not use this model');
    }
    expect(upstreams.arrived).toEqual([]);
  });
});

/** Ways to say the name of what the stack pays that are not its name. */
const spellings = [
  'openai:gpt-4o-mini',
  'OpenAI:gpt-4o-mini',
  'openai/gpt-4o-mini',
  'gpt-4o-mini',
  'sagemaker:my-endpoint',
  'my-endpoint',
  `bedrock-openai:${gptOss}`,
  `bedrock:${claude}`,
  `bedrock:bedrock:${claude}`,
  'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
  'ARN:aws:bedrock:us-east-1::foundation-model/x',
  'Open',
  'OPEN',
  'open ',
  ' open',
  'open\t',
  'open\n',
  'open\u0000',
  'open\u200b',
  'open\ufeff',
  '\u043epen',
  '\uff4fpen',
  'o\u0301pen',
  'open/',
  '/open',
  './open',
  'x/../open',
  'open?x',
  'open#x',
  'open%20',
  '%6fpen',
  '%6Fpen',
  'open%00',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
];

const listedOrNot = [
  ['an unregistered caller', bedrockKey('stranger', '210987654321')],
  ['a registered caller', tokenOf('app')],
] as const;

describe.each(listedOrNot)('%s', (_who, token) => {
  test.each([chat, completions, embeddings, converseCall, invoke])(
    '$name: no other spelling reaches the model',
    async (operation) => {
      for (const model of spellings) {
        const { status } = await post(app, operation.request(model), { token });
        expect([model, Math.floor(status / 100)]).toEqual([model, 4]);
      }
      expect(upstreams.arrived.filter(({ headers }) => headers.authorization !== `Bearer ${token}`)).toEqual([]);
      expect(upstreams.arrived.filter(({ service }) => service !== 'runtime')).toEqual([]);
    },
  );
});

/** A path as it stands, not encoded by the test. */
function at(path: string): Operation['request'] {
  return () => ({ path, body: { ...converseCall.request('x').body, inputText: 'Hello' } });
}

const encodings = [
  'open%2f',
  'openai%3Agpt-4o-mini',
  'openai%3agpt-4o-mini',
  'openai:gpt-4o-mini',
  'openai%253Agpt-4o-mini',
  'sagemaker%3amy-endpoint',
  '..%2fmodel%2fopen',
  'open%2f..%2fclaude',
  'x%2f..%2fopen',
  '%6f%70%65%6e%20',
  'open%00',
  'open%ff',
  'open%',
  'open%zz',
  'open;x=1',
  'open%3Fx',
];

test.each(encodings)('/model/%s/… is nothing that an unregistered caller can use', async (model) => {
  for (const operation of ['converse', 'converse-stream', 'invoke']) {
    for (const token of Object.values(strangers)) {
      const { status } = await post(app, at(`/model/${model}/${operation}`)(''), { token });
      expect([operation, Math.floor(status / 100)]).toEqual([operation, 4]);
    }
  }
  expect(upstreams.arrived.filter(({ service }) => service !== 'runtime')).toEqual([]);
  for (const { headers } of upstreams.arrived)
    expect(Object.values(strangers)).toContain(headers.authorization?.slice(7));
});

test.each(['%6fpen', 'o%70en', '%6Fpen', '%6F%70%65%6E'])(
  '/model/%s/… is the same model and equally refused',
  async (model) => {
    for (const operation of ['converse', 'converse-stream', 'invoke']) {
      for (const token of [...Object.values(strangers), tokenOf('limited')]) {
        expect((await post(app, at(`/model/${model}/${operation}`)(''), { token })).status).toBe(403);
      }
    }
    expect(upstreams.arrived).toEqual([]);
  },
);

const stranger = bedrockKey('stranger', '210987654321');

test.each([chat, completions, embeddings])(
  '$name: the last of several models in a body is both authorized and used',
  async (operation) => {
    const { path, body } = operation.request('x');
    const rest = JSON.stringify({ ...body, model: undefined }).slice(1);
    const twice = (first: string, last: string) => ({
      path,
      body: `{"model":"${first}","m\\u006fdel":"${last}",${rest}`,
    });
    const [{ status }, limited] = [
      await post(app, twice('claude', 'open'), { token: stranger }),
      await post(app, twice('allowed', 'open'), { token: tokenOf('limited') }),
    ];
    expect([status, limited.status]).toEqual([403, 403]);
    expect(upstreams.arrived).toEqual([]);
    await post(app, twice('open', 'allowed'), { token: tokenOf('limited') });
    await post(app, twice('open', operation === embeddings ? 'titan' : 'claude'), { token: stranger });
    const paid = upstreams.arrived.filter(({ service }) => service === 'openai').map(({ body: sent }) => sent);
    expect(paid.map((sent) => [sent.match(/"m(?:o|\\u006f)del"/g)?.length, JSON.parse(sent).model])).toEqual([
      [1, 'gpt-4o-mini'],
    ]);
    const own = upstreams.arrived.filter(({ service }) => service === 'runtime');
    expect(own.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${stranger}`]);
  },
);

test.each([chat, converseCall])('$name: a model elsewhere in the request is ignored', async (operation) => {
  const { path, body } = operation.request('open', { modelId: 'claude', targets: ['claude'] });
  for (const query of ['?model=claude', '?modelId=claude', '?api_key=x', `?token=${tokenOf('app')}`]) {
    const headers = { 'x-model': 'claude', 'x-api-key': tokenOf('app'), 'api-key': tokenOf('app') };
    expect((await post(app, { path: path + query, body }, { token: stranger, headers })).status).toBe(403);
  }
  expect(upstreams.arrived).toEqual([]);
});

test.each([
  ['two headers in one', `Bearer ${stranger}, Bearer ${tokenOf('app')}`],
  ['a caller behind a blank', `Bearer  ${tokenOf('app')} ${stranger}`],
  ['basic', `Basic ${Buffer.from(`:${tokenOf('app')}`).toString('base64')}`],
  ['a signature', 'AWS4-HMAC-SHA256 Credential=x/20261120/us-east-1/bedrock/aws4_request, Signature=0'],
  ['no scheme', tokenOf('app')],
])('%s is not a credential', async (_name, authorization) => {
  for (const operation of operations) {
    const { status } = await post(app, operation.request('open'), { headers: { authorization } });
    expect([401, 403]).toContain(status);
  }
  expect(upstreams.arrived).toEqual([]);
});

test('a registered caller without a Bedrock key gets only the models of the catalog', async () => {
  const token = tokenOf('app');
  for (const operation of [chat, completions, converseCall, converseStream, invoke, invokeStream, countTokens]) {
    for (const model of [
      claude,
      gptOss,
      titan,
      profile,
      'arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1',
    ]) {
      const { status, text } = await post(app, operation.request(model), { token });
      expect([operation.name, model, status]).toEqual([operation.name, model, 403]);
      expect(text).toContain('pays only for the models that its config names');
    }
  }
  expect(upstreams.arrived).toEqual([]);
});

const lists = [
  '/v1/models',
  '/v1/models/open',
  '/foundation-models',
  '/foundation-models/open',
  '/inference-profiles',
  '/inference-profiles/x',
  '/async-invoke',
  '/async-invoke/arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl',
];

test("lists need a Bedrock key and never use the stack's credentials", async () => {
  const get = async (path: string, token: string) => {
    const response = await app.open(path, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  };
  for (const path of lists) {
    for (const [, token] of notEvenKeys) expect([401, 403]).toContain((await get(path, token)).status);
    await get(path, tokenOf('app'));
  }
  expect(upstreams.arrived).toEqual([]);
  for (const path of lists) {
    const told = await get(path, stranger);
    expect(told.text).not.toMatch(/gpt-4o|my-endpoint|"(?:open|tiny|allowed)"/);
    const some = await get(path, tokenOf('limited'));
    expect(some.text).not.toMatch(/"(?:tiny|claude|oss)"/);
  }
  expect(new Set(upstreams.arrived.map(({ headers }) => headers.authorization))).toEqual(
    new Set([`Bearer ${stranger}`]),
  );
});

test('calls of a registered caller without a Bedrock key are signed with the spending role only', async () => {
  for (const operation of operations) {
    for (const model of ['claude', 'oss', 'titan', 'tiny', 'open']) {
      await post(app, operation.request(model), { token: tokenOf('app') });
    }
  }
  const signed = upstreams.arrived.filter(({ service }) => service === 'runtime' || service === 'sagemaker');
  expect(signed.length).toBeGreaterThan(10);
  for (const { headers } of signed) expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=SPENDING-ID\//);
  expect(upstreams.arrived.filter(({ service }) => service === 'sts')).toHaveLength(1);
});

test('no response or log line contains a token or its hash', async () => {
  const tokens = [...Object.values(strangers), tokenOf('app'), tokenOf('limited'), longTermKey()];
  const answers = [];
  for (const token of tokens) {
    for (const operation of operations) {
      for (const model of ['open', 'claude', token, `bedrock:${token}`]) {
        answers.push(await post(app, operation.request(model), { token, headers: { 'x-api-key': token } }));
      }
    }
  }
  const seen = visible(app, ...answers.filter((_, index) => index % 4 < 2));
  for (const token of tokens.filter(({ length }) => length > 3)) expect(seen).not.toContain(token);
  for (const { sha256 } of catalog.callers ?? []) expect(seen).not.toContain(sha256);
  const logged = JSON.stringify(app.log);
  for (const token of tokens.filter(({ length }) => length > 3)) expect(logged).not.toContain(token);
  expect(codeOf(answers[0]?.text ?? '{}')).toBe('caller_not_listed');
});
