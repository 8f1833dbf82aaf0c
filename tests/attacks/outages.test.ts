import type { Catalog } from '../../function/catalog/catalog.ts';
import {
  chat,
  chatStream,
  claude,
  completions,
  converseCall,
  embeddings,
  gateway,
  json,
  listed,
  post,
  stackKey,
  startUpstreams,
  tokenOf,
  type Service,
  type Upstreams,
} from './upstreams.ts';

const token = tokenOf('app');

const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    claude: { target: `bedrock:${claude}` },
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

function arrivedAt(service: Service): number {
  return upstreams.arrived.filter((one) => one.service === service).length;
}

const asks = [chat, chatStream, completions, embeddings, converseCall];

test('a burst of refused calls reads the secret once', async () => {
  // However slow the machine is, no ten seconds go by.
  const now = vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
  const app = gateway(upstreams, { catalog });
  upstreams.scripts.openai = (response) => json(response, 401, { error: { message: 'no', code: 'invalid_api_key' } });
  for (let wave = 0; wave < 3; wave += 1) {
    const told = await Promise.all(
      Array.from({ length: 100 }, (_, at) => post(app, (asks[at % asks.length] ?? chat).request('gpt'), { token })),
    );
    expect(told.filter(({ status }) => status !== 502 && status !== 500)).toEqual([]);
  }
  // One for the first call of all: it is younger than the ten seconds in which a refusal reads no other.
  expect(arrivedAt('secrets')).toBe(1);
  // A refused call is not tried again with the same key.
  expect(arrivedAt('openai')).toBe(300);
  now.mockRestore();
});

test('a rotated key is read once, and every call succeeds', async () => {
  const now = vi.spyOn(Date, 'now');
  try {
    const start = 1_800_000_000_000;
    now.mockReturnValue(start);
    const app = gateway(upstreams, { catalog });
    let current = stackKey;
    upstreams.scripts.secrets = (response) => json(response, 200, { ARN: 'x', Name: 'x', SecretString: current });
    upstreams.scripts.openai = (response, { headers }) =>
      headers.authorization === `Bearer ${current}`
        ? json(response, 200, { object: 'list', data: [], model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } })
        : json(response, 401, {});
    await post(app, embeddings.request('gpt'), { token });
    current = `${stackKey}-changed`;
    now.mockReturnValue(start + 11_000);
    const told = await Promise.all(Array.from({ length: 50 }, () => post(app, embeddings.request('gpt'), { token })));
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200]));
    expect(arrivedAt('secrets')).toBe(2);
  } finally {
    now.mockRestore();
  }
});

test.each<[string, Service, string]>([
  ['STS', 'sts', 'claude'],
  ['STS', 'sts', 'tiny'],
  ['Secrets Manager', 'secrets', 'gpt'],
])('while %s is down (%s, %s), calls fail fast and it gets few requests', async (_name, service, model) => {
  const app = gateway(upstreams, { catalog });
  upstreams.scripts[service] = (response) => void response.destroy();
  const told = await Promise.all(Array.from({ length: 100 }, () => post(app, chat.request(model), { token })));
  expect(new Set(told.map(({ status }) => status))).toEqual(new Set([502]));
  // AWS's client tries twice; a second round may begin where the machine is slow.
  expect(arrivedAt(service)).toBeLessThanOrEqual(4);
  expect(upstreams.arrived.length).toBe(arrivedAt(service));
});

test.each<[string, Service, string]>([
  ['STS', 'sts', 'claude'],
  ['Secrets Manager', 'secrets', 'gpt'],
])('calls succeed again when %s is back (%s, %s)', async (_name, service, model) => {
  const now = vi.spyOn(Date, 'now');
  try {
    const start = 1_800_000_000_000;
    now.mockReturnValue(start);
    const app = gateway(upstreams, { catalog });
    upstreams.scripts[service] = (response) => void response.destroy();
    expect((await post(app, chat.request(model), { token })).status).toBe(502);
    upstreams.scripts = {};
    now.mockReturnValue(start + 3_000);
    expect((await post(app, chat.request(model), { token })).status).toBe(200);
  } finally {
    now.mockRestore();
  }
});
