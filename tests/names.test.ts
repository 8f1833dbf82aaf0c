import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { backends } from '../function/backends/registry.ts';
import type { ParameterRead } from '../function/backends/stack/parameter.ts';
import type { Deployment } from '../function/catalog/additional-models.ts';
import type { Catalog } from '../function/catalog/catalog.ts';
import { readConfig } from '../function/config.ts';
import { createNames, namesOf } from '../function/names.ts';
import { plainCatalog } from './support/catalog.ts';

const minute = 60_000;
const target = 'bedrock:us.amazon.nova-lite-v1:0';
const deployed: Deployment = {
  catalog: { ...plainCatalog, models: { own: { target } } },
  backendFacts: backends,
  regions: ['us-east-1'],
  hasOpenAiKey: false,
  hasCallers: false,
  hasSpendingRole: false,
  hasTemplate: () => {
    throw new TypeError('secret');
  },
};

/** The names over a parameter that a test changes, by a clock that it moves. */
function watched(first: ParameterRead) {
  const parameter = { now: first, reads: 0 };
  const clock = { ms: 1_000_000 };
  const log: object[] = [];
  const read = () => {
    parameter.reads += 1;
    return Promise.resolve(parameter.now);
  };
  const names = createNames({ deployed, read, now: () => clock.ms, log: (outcome) => log.push(outcome) });
  return { names, parameter, clock, log, models: () => Object.keys(names.current().models) };
}

function text(...names: string[]): ParameterRead {
  return { ok: true, text: JSON.stringify(Object.fromEntries(names.map((name) => [name, { target }]))) };
}

test('the parameter is read at startup, and the configured names apply until then', async () => {
  const { names, parameter, models } = watched(text('more'));
  expect(parameter.reads).toBe(1);
  expect(models()).toEqual(['own']);
  await names.settled();
  expect(models()).toEqual(['own', 'more']);
});

test('rule 71: a request refreshes the parameter at most once a minute, without waiting for it', async () => {
  const { names, parameter, clock, models } = watched(text('more'));
  await names.settled();
  parameter.now = text('other');
  clock.ms += minute - 1;
  expect(models()).toEqual(['own', 'more']);
  expect(parameter.reads).toBe(1);
  clock.ms += 1;
  expect(models()).toEqual(['own', 'more']);
  expect(models()).toEqual(['own', 'more']);
  expect(parameter.reads).toBe(2);
  await names.settled();
  expect(models()).toEqual(['own', 'other']);
  clock.ms += 10 * minute;
  expect(parameter.reads).toBe(2);
});

test('only one read is in progress at a time', async () => {
  const gate = Promise.withResolvers<ParameterRead>();
  let reads = 0;
  const clock = { ms: 0 };
  const read = () => {
    reads += 1;
    return gate.promise;
  };
  const names = createNames({ deployed, read, now: () => clock.ms, log: () => undefined });
  clock.ms += 5 * minute;
  names.current();
  expect(reads).toBe(1);
  gate.resolve(text('more'));
  await names.settled();
  expect(Object.keys(names.current().models)).toEqual(['own', 'more']);
  expect(reads).toBe(2);
});

test.each<[string, ParameterRead, string]>([
  ['a broken', { ok: true, text: '{"more":' }, 'It is not a JSON object of names and their targets.'],
  ['an unreadable', { ok: false, problem: 'There is no such parameter.' }, 'There is no such parameter.'],
  [
    'an uncheckable',
    { ok: true, text: JSON.stringify({ more: { target: 'sagemaker:x', chatTemplate: 'mine' } }) },
    'It could not be checked.',
  ],
])('rule 71: %s parameter keeps the last valid names and is logged each time', async (_name, bad, why) => {
  const { names, parameter, clock, log, models } = watched(text('more'));
  await names.settled();
  parameter.now = bad;
  for (const _ of [1, 2]) {
    clock.ms += minute;
    models();
    await names.settled();
  }
  expect(models()).toEqual(['own', 'more']);
  const problem = { problem: `${why} The last good names hold.` };
  expect(log).toEqual([{ added: 1 }, problem, problem]);
  parameter.now = text('other');
  clock.ms += minute;
  models();
  await names.settled();
  expect(models()).toEqual(['own', 'other']);
});

test('a parameter that is invalid from the start leaves the configured names', async () => {
  const { names, log, models } = watched({ ok: true, text: 'no JSON' });
  await names.settled();
  expect(models()).toEqual(['own']);
  expect(log).toHaveLength(1);
});

test('an unchanged parameter is not logged again and keeps the same catalog', async () => {
  const { names, clock, log } = watched(text('more'));
  await names.settled();
  const catalog = names.current();
  clock.ms += minute;
  names.current();
  await names.settled();
  expect(names.current()).toBe(catalog);
  expect(log).toEqual([{ added: 1 }]);
});

test('only an invalid entry is left out, and its reason is logged', async () => {
  const { names, log, models } = watched({
    ok: true,
    text: JSON.stringify({ more: { target }, paid: { target: 'openai:gpt-4o' } }),
  });
  await names.settled();
  expect(models()).toEqual(['own', 'more']);
  expect(log).toEqual([
    {
      added: 1,
      leftOut: [
        {
          name: 'paid',
          reason: 'The stack pays for its target, and the config has neither callers, gatewayKeys nor jwt.',
        },
      ],
    },
  ]);
});

describe('the names of a deployed stack', () => {
  const template = { target: 'sagemaker:my-endpoint', chatTemplate: 'mine' };
  const entries = {
    bedrock: { target },
    elsewhere: { target: 'bedrock:arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc' },
    openai: { target: 'openai:gpt-4o' },
    mine: template,
    shipped: { ...template, chatTemplate: 'chatml' },
    other: { ...template, chatTemplate: 'other' },
  };
  let server: Server;
  let ssm: string;
  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.end(JSON.stringify({ Parameter: { Type: 'String', Value: JSON.stringify(entries) } }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ssm = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });

  const noRight =
    'The role that pays has no right to its target: an entry of models in the config has to name that first.';
  const elsewhere = ['elsewhere', 'The region of its ARN is none of bedrockRegions.'];
  const other = ['other', 'Its chatTemplate is neither shipped nor in chatTemplates of the config.'];

  test.each([
    [
      'with everything',
      { callers: [{ id: 'app', sha256: '0123456789abcdef'.repeat(4) }] },
      {
        SPENDING_ROLE_ARN: 'arn:aws:iam::123456789012:role/spending',
        OPENAI_BASE_URL: 'https://api.example.com/v1',
        OPENAI_KEY_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai',
      },
      [elsewhere, other],
    ],
    [
      'with nothing to pay with',
      { callers: [{ id: 'app', sha256: '0123456789abcdef'.repeat(4) }] },
      {},
      [
        ['bedrock', noRight],
        elsewhere,
        ['openai', 'The config has no openaiKeyArn.'],
        ['mine', noRight],
        ['shipped', noRight],
        other,
      ],
    ],
    [
      'with gateway keys and nothing to pay with',
      { callers: [] },
      {
        KEY_STACK: 'acme',
        KEY_TABLE: 'bedrock-gateway-acme-keys',
        ADMIN_KEY_SHA256: '0123456789abcdef'.repeat(4),
        ADMIN_KEY_GENERATION: '1',
      },
      [
        ['bedrock', noRight],
        elsewhere,
        ['openai', 'The config has no openaiKeyArn.'],
        ['mine', noRight],
        ['shipped', noRight],
        other,
      ],
    ],
    [
      'with issuers of tokens and nothing to pay with',
      { callers: [], jwt: [{ issuer: 'https://login.example.com' }] },
      {},
      [
        ['bedrock', noRight],
        elsewhere,
        ['openai', 'The config has no openaiKeyArn.'],
        ['mine', noRight],
        ['shipped', noRight],
        other,
      ],
    ],
  ])('are judged by its config, %s', async (_what, callers, more, leftOut) => {
    const config = readConfig({
      BEDROCK_REGIONS: 'us-east-1',
      BEDROCK_KEYS: 'any',
      PROMPT_CACHING: 'auto',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_SSM: ssm,
      ...more,
    });
    const catalog: Catalog = {
      ...plainCatalog,
      models: { own: { target }, base: { target: 'sagemaker:my-endpoint' } },
      ...callers,
      chatTemplates: { mine: { template: 'x', stop: [] } },
    };
    const log: object[] = [];
    const names = namesOf(
      { ...config, modelsParameter: '/team/models' },
      { backendFacts: backends, catalog },
      { now: () => 0, log: (outcome) => log.push(outcome) },
    );
    await names.settled();
    const reasons = leftOut.map(([name, reason]) => ({ name, reason }));
    expect(log).toEqual([{ added: 6 - leftOut.length, leftOut: reasons }]);
  });
});
