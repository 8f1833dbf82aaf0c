import { endpointResolver } from '../../function/backends/wire/endpoint.ts';
import http from 'node:http';
import https from 'node:https';
import { shortTermKey } from '../auth/keys.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { chat, claude, converseCall, gateway, listed, operations, post, tokenOf } from './upstreams.ts';

const regions = ['us-east-1', 'eu-central-1'] as const;

/** Every host that is asked for is noted here, and nothing is sent. */
const asked: string[] = [];

class Unreachable extends Error {
  readonly code = 'ENOTFOUND';
}

let app: TestApp;

beforeEach(() => {
  asked.length = 0;
  for (const module of [http, https]) {
    vi.spyOn(module, 'request').mockImplementation((...args: unknown[]) => {
      asked.push(hostOf(args[0]));
      throw new Unreachable('nothing is reached in this test');
    });
  }
  // No override: these are the hosts of a deployed stack.
  app = gateway(
    { url: 'http://127.0.0.1:9' },
    {
      config: { bedrockRegions: regions, endpoints: {} },
      catalog: { callers: [listed('app')], models: { claude: { target: `bedrock:${claude}` } } },
    },
  );
});
afterEach(() => vi.restoreAllMocks());

function hostOf(options: unknown): string {
  const name: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, 'hostname') : undefined;
  return String(name ?? options);
}

const configured = new Set(
  regions.flatMap((region) => ['bedrock-runtime', 'bedrock'].map((service) => `${service}.${region}.amazonaws.com`)),
);

function fresh(region: string): string {
  return shortTermKey({ region, date: new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '') });
}

const forged = [
  'evil.example.com#',
  'evil.example.com/',
  'evil.example.com?',
  'x@evil.example.com/',
  'us-east-1.evil.example.com',
  'us-east-1.evil',
  'us-east-1@evil',
  'us-east-1#',
  'us-east-1%00',
  'us-east-1\u0000',
  'us-east-1 ',
  'us-east-1/../x',
  'US-EAST-1',
  'us\u2010east-1',
  'us-west-2',
  'cn-north-1',
  'us-gov-west-1',
  'localhost',
  '127.0.0.1',
  '',
];

test.each(forged)('a key with the region %j is never sent anywhere', async (region) => {
  for (const operation of operations) {
    const { status } = await post(app, operation.request(claude), { token: fresh(region) });
    expect([401, 403]).toContain(status);
  }
  for (const path of ['/v1/models', '/foundation-models', '/inference-profiles', '/inference-profiles/x']) {
    const { status } = await app.open(path, { headers: { authorization: `Bearer ${fresh(region)}` } });
    expect([401, 403]).toContain(status);
  }
  expect(asked).toEqual([]);
});

test.each(forged)('an ARN with the region %j is never sent anywhere', async (region) => {
  const kinds = [
    `:foundation-model/${claude}`,
    '123456789012:application-inference-profile/abc',
    '123456789012:prompt/ABCDEFGHIJ:1',
  ];
  for (const kind of kinds) {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
      const arn = `arn:${partition}:bedrock:${region}:${kind}`;
      for (const operation of [chat, converseCall]) {
        const { status } = await post(app, operation.request(arn), { token: bedrockKey() });
        expect([arn, Math.floor(status / 100)]).toEqual([arn, 4]);
      }
      const list = await app.open(`/inference-profiles/${encodeURIComponent(arn)}`, {
        headers: { authorization: `Bearer ${bedrockKey()}` },
      });
      expect([arn, Math.floor(list.status / 100)]).toEqual([arn, 4]);
    }
  }
  expect(asked).toEqual([]);
});

test.each(forged)('a guardrail or invocation ARN with the region %j is never sent anywhere', async (region) => {
  const headers = { authorization: `Bearer ${bedrockKey()}`, 'content-type': 'application/json' };
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
    const arn = (kind: string) => encodeURIComponent(`arn:${partition}:bedrock:${region}:123456789012:${kind}/abc`);
    const got = await app.open(`/async-invoke/${arn('async-invoke')}`, { headers });
    const path = `/guardrail/${arn('guardrail')}/version/1/apply`;
    const applied = await app.open(path, { method: 'POST', headers, body: '{}' });
    for (const { status } of [got, applied]) expect([region, Math.floor(status / 100)]).toEqual([region, 4]);
  }
  expect(asked).toEqual([]);
});

test('only hosts of configured regions are contacted', async () => {
  const arn = `arn:aws:bedrock:eu-central-1::foundation-model/${claude}`;
  for (const token of [bedrockKey(), fresh('us-east-1'), fresh('eu-central-1')]) {
    for (const model of ['claude', claude, arn]) {
      for (const operation of operations) await post(app, operation.request(model), { token });
    }
  }
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((host) => !configured.has(host))).toEqual([]);
  expect(new Set(asked).size).toBeGreaterThan(1);
});

test('an invalid region never becomes part of a host name', () => {
  for (const region of forged.filter((name) => !/^[a-z]+(-[a-z]+)+-\d$/.test(name))) {
    expect(() => endpointResolver('bedrock-runtime', undefined)(region)).toThrow('not the name of an AWS region');
  }
});

test('a registered token with a forged region does not reach a forged host', async () => {
  const token = fresh('us-west-2');
  app = gateway(
    { url: 'http://127.0.0.1:9' },
    { config: { endpoints: {} }, catalog: { callers: [listed('app', token), listed('b', tokenOf('b'))] } },
  );
  for (const operation of operations) await post(app, operation.request(claude), { token });
  expect(asked).toEqual([]);
});
