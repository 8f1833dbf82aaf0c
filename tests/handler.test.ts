import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { itemOf, projectPlace } from '../function/keys/items.ts';
import { writeBundle } from '../infra/bundle.ts';
import { jwk, newKey, token } from './auth/jwt/tokens.ts';
import { selfSigned } from './backends/bedrock/certificate.ts';
import { loopback } from './backends/loopback.ts';
import { project } from './keys/records.ts';
import { plainCatalog } from './support/catalog.ts';
import { CloudWatch } from './support/cloudwatch.ts';

// The handler has top-level await, so it is tried as Lambda runs it: the bundle, in a process of its own.

/** Loads the bundle as Lambda's runtime does, sends it events, and prints what comes out. */
const runtime = `
  import { Writable } from 'node:stream';
  const { bundle, events } = JSON.parse(process.argv[1]);
  const context = { awsRequestId: 'lambda-id', getRemainingTimeInMillis: () => 30000 };
  class Stream extends Writable {
    sent = '';
    write(chunk, ...rest) { this.before?.(); this.before = undefined; return super.write(chunk, ...rest); }
    _write(chunk, _encoding, done) { this.sent += chunk; done(); }
  }
  const from = (stream, metadata) => {
    stream.before = () => { stream.sent += JSON.stringify(metadata) + '|'; };
    return stream;
  };
  globalThis.awslambda = { streamifyResponse: (handler) => handler, HttpResponseStream: { from } };
  const { buffered, streaming } = await import(bundle);
  const results = [];
  for (const [entry, event] of events) {
    if (entry === 'buffered') results.push(await buffered(event, context));
    else {
      const stream = new Stream();
      await streaming(event, stream, context);
      results.push({ sent: stream.sent, ended: stream.writableFinished });
    }
  }
  const modules = process.moduleLoadList.filter((name) => name.includes('undici'));
  process.stdout.write('RESULTS ' + JSON.stringify({ results, modules }) + '\\n', () => process.exit(0));
`;

const environment = { BEDROCK_REGIONS: 'us-east-1', BEDROCK_KEYS: 'any', PROMPT_CACHING: 'auto', CORS_ORIGINS: '' };

interface Ran {
  readonly code: number;
  readonly results: Record<string, unknown>[];
  /** Node's own modules of its second HTTP client that were loaded. */
  readonly modules: string[];
  /** What Lambda would put into the log, whole and by lines. */
  readonly text: string;
  readonly log: Record<string, unknown>[];
}

const mark = 'RESULTS ';

let folder: string;
let bedrock: http.Server;
let url: string;
let connections: number;
let requests: string[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'handler-'));
  await writeBundle(path.resolve(import.meta.dirname, '..'), plainCatalog, folder);
  bedrock = http.createServer((request, response) => {
    requests.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameter') {
      const models = { furthest: { target: 'bedrock:amazon.nova-lite-v1:0' } };
      response.end(JSON.stringify({ Parameter: { Type: 'String', Value: JSON.stringify(models) } }));
      return;
    }
    if (request.headers['x-amz-target'] === 'DynamoDB_20120810.BatchGetItem') {
      response.end('{"Responses":{},"UnprocessedKeys":{}}');
      return;
    }
    if (request.headers['x-amz-target'] === 'DynamoDB_20120810.Query') {
      response.end('{"Items":[],"Count":0}');
      return;
    }
    response.end(
      JSON.stringify({
        output: { message: { role: 'assistant', content: [{ text: 'An answer.' }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
        metrics: { latencyMs: 1 },
      }),
    );
  });
  bedrock.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    bedrock.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(bedrock.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  bedrock.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  connections = 0;
  requests = [];
});

function run(events: [string, unknown][], env: Record<string, string> = {}, from = folder): Promise<Ran> {
  const input = JSON.stringify({ bundle: path.join(from, 'index.mjs'), events });
  const options = { env: { ...environment, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', runtime, input], options, (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`.split('\n');
      const printed = JSON.parse(lines.find((line) => line.startsWith(mark))?.slice(mark.length) ?? '{}');
      const text = lines.filter((line) => !line.startsWith(mark)).join('\n');
      const log = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
      resolve({
        code: typeof error?.code === 'number' ? error.code : 0,
        results: [],
        modules: [],
        ...printed,
        text,
        log,
      });
    });
  });
}

const key = `ABSK${Buffer.from('BedrockAPIKey-test-at-123456789012:secret').toString('base64')}`;
const chat = {
  rawPath: '/v1/chat/completions',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'my private words' }] }),
  requestContext: { requestId: 'edge-id', http: { method: 'POST' } },
};
const health = {
  httpMethod: 'GET',
  rawPath: '/health',
  requestContext: { requestId: 'edge-id', path: '/v1/health', http: { method: 'GET' } },
};

/** The text of a file of the bundle and of all that it imports before it runs. */
async function loadedAtStart(file: string, seen = new Set<string>()): Promise<string> {
  if (seen.has(file)) return '';
  seen.add(file);
  const text = await readFile(path.join(folder, file), 'utf8');
  const texts = [text];
  for (const [, other = ''] of text.matchAll(/\b(?:from|import)\s*"\.\/([^"]+)"/g))
    texts.push(await loadedAtStart(other, seen));
  return texts.join('');
}

test("the bundle's entry stays small", async () => {
  expect(Buffer.byteLength(await loadedAtStart('index.mjs'))).toBeLessThanOrEqual(300_000);
});

test('what knows keys, counts requests and writes metrics is not loaded by every start', async () => {
  const text = await loadedAtStart('index.mjs');
  for (const code of ['key_store_unavailable', 'usage_store_unavailable', 'DynamoDB_20120810', 'CloudWatchMetrics'])
    expect(text).not.toContain(code);
});

test.each([
  ['a start', []],
  ['a chat', [['buffered', chat]]],
  ['a stream', [['streaming', { ...chat, httpMethod: 'POST', requestContext: { path: chat.rawPath } }]]],
] satisfies [string, [string, unknown][]][])(
  "%s does not load Node's fetch, which takes a third of a cold start",
  async (_name, events) => {
    const { results, modules } = await run(events);
    expect(results).toHaveLength(events.length);
    expect(modules).toEqual([]);
  },
);

test('initialization opens one connection and sends no request', async () => {
  expect(await run([])).toMatchObject({ code: 0, log: [] });
  expect({ connections, requests }).toEqual({ connections: 1, requests: [] });
});

test('the first call uses that connection, and its log line has neither key nor text', async () => {
  const { log, text, results } = await run([['buffered', chat]]);
  expect(results[0]).toMatchObject({ statusCode: 200, isBase64Encoded: false, headers: { 'x-request-id': 'edge-id' } });
  expect(JSON.parse(String(results[0]?.['body']))).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-[\da-f]{32}$/),
    choices: [{ message: { content: 'An answer.' } }],
  });
  expect({ connections, requests }).toEqual({
    connections: 1,
    requests: ['/model/amazon.nova-lite-v1%3A0/converse'],
  });
  expect(log).toEqual([
    expect.objectContaining({
      level: 'INFO',
      requestId: 'edge-id',
      endpoint: '/v1/chat/completions',
      status: 200,
      inputTokens: 3,
      outputTokens: 4,
      latencyMs: expect.any(Number),
    }),
  ]);
  expect(text).not.toMatch(/ABSK|private|secret|answer/i);
});

describe('a function with a namespace of metrics', () => {
  const measured = {
    METRICS_NAMESPACE: 'bedrock-gateway-acme-metrics',
    AWS_LAMBDA_FUNCTION_NAME: 'bedrock-gateway-acme-buffered',
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  };
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1';

  test('writes those of each request into its line, and its trace, before it is done', async () => {
    const events: [string, unknown][] = [
      ['buffered', chat],
      ['buffered', { ...chat, body: '{}' }],
      ['buffered', health],
    ];
    const { log } = await run(events, { ...measured, TRACING: 'active', _X_AMZN_TRACE_ID: trace });
    expect(log).toHaveLength(3);
    expect(log[0]).toMatchObject({ Version: 'bedrock-gateway-acme-buffered:7', CallerKind: 'bedrock-key' });
    expect(log.map(({ traceId }) => traceId)).toEqual(log.map(() => '1-5759e988-bd862e3fe1be46a994272793'));
    const cloudWatch = new CloudWatch();
    for (const line of log) cloudWatch.take(JSON.stringify(line));
    const sums = ['requests', 'answers', 'clientErrors', 'coldStarts', 'inputTokens', 'outputTokens'];
    expect(sums.map((name) => cloudWatch.sum(name))).toEqual([2, 1, 1, 1, 3, 4]);
    // Nova Lite costs 0.06 and 0.24 USD per million tokens.
    expect(cloudWatch.sum('estimatedCost')).toBeCloseTo(1.14e-6, 12);
  });

  test('writes the line of a first request that fails, with its metrics, before it is done', async () => {
    const refusing = { ...measured, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:9' };
    const { log } = await run([['buffered', chat]], refusing);
    expect(log).toMatchObject([{ level: 'ERROR', message: 'request', serverErrors: 1, coldStarts: 1 }]);
    new CloudWatch().take(JSON.stringify(log[0]));
  });

  test('without one, no line has metrics, and one that is not traced has no trace', async () => {
    const { METRICS_NAMESPACE: _none, ...others } = measured;
    const { log, text } = await run([['buffered', chat]], {
      ...others,
      TRACING: 'active',
      _X_AMZN_TRACE_ID: trace.replace(/1$/, '0'),
    });
    expect(log).toHaveLength(1);
    expect(text).not.toMatch(/_aws|traceId|requests/);
  });
});

test('the streaming entry writes the prelude first and ends the stream', async () => {
  const { results } = await run([['streaming', health]]);
  const headers = {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'x-request-id': 'edge-id',
  };
  expect(results).toMatchObject([{ ended: true }]);
  const [head = '', body] = String(results[0]?.['sent']).split('|');
  expect(JSON.parse(head)).toEqual({ statusCode: 200, headers });
  expect(body).toBe('{"status":"ok"}');
});

test.each(['buffered', 'streaming'])(
  '%s: an event that is not a request is answered and logged once',
  async (entry) => {
    const { results, log } = await run([[entry, { requestContext: { requestId: 'edge-id' } }]]);
    expect(JSON.stringify(results)).toContain('malformed_request');
    expect(JSON.stringify(results)).toMatch(/x-request-id\W*edge-id/);
    expect(JSON.stringify(results)).toMatch(/x-content-type-options\W*nosniff/);
    expect(log).toMatchObject([
      {
        level: 'WARN',
        requestId: 'edge-id',
        endpoint: 'unknown',
        method: 'unknown',
        status: 400,
        latencyMs: 0,
        error: 'malformed_request',
      },
    ]);
  },
);

test('the function starts when a backend is unreachable', async () => {
  const { code, results, log } = await run(
    [
      ['buffered', health],
      ['buffered', chat],
    ],
    {
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:1',
    },
  );
  expect(code).toBe(0);
  expect(results).toMatchObject([{ statusCode: 200 }, { statusCode: 502 }]);
  expect(log).toMatchObject([{ status: 200 }, { level: 'ERROR', error: 'ConnectionError' }]);
});

test('the first request knows the names of the models parameter, and the log has its level', async () => {
  const body = JSON.stringify({ model: 'furthest', messages: [{ role: 'user', content: 'Hi' }] });
  const further = { MODELS_PARAMETER: '/team/models', AWS_ENDPOINT_URL_SSM: url, AWS_REGION: 'us-east-1' };
  const credentials = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
  const events: [string, unknown][] = [['buffered', { ...chat, body }]];
  const { results, log } = await run(events, { ...further, ...credentials, GATEWAY_LOG_LEVEL: 'warn' });
  expect(results).toMatchObject([{ statusCode: 200 }]);
  expect(log).toEqual([]);
  const told = await run(events, { ...further, ...credentials });
  expect(told.log).toMatchObject([
    { message: 'models parameter', added: 1 },
    { message: 'request', model: 'furthest' },
  ]);
});

describe('a stack with issuers of tokens', () => {
  const signing = newKey('ES256');
  const { cert, key: privateKey } = selfSigned();
  const asked: string[] = [];
  const server = https.createServer({ cert, key: privateKey }, (request, response) => {
    asked.push(request.url ?? '');
    response.end(JSON.stringify({ keys: [jwk(signing)] }));
  });
  let copy: string;
  const listing = (text: string): [string, unknown] => [
    'buffered',
    { ...health, rawPath: '/v1/models', headers: { authorization: `Bearer ${text}` } },
  ];
  const claimsOf = (over: object = {}) => {
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = { iss: 'https://login.example.com', sub: 'app', aud: 'gateway' };
    return { ...claims, iat: seconds, exp: seconds + 300, ...over };
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, 'localhost', resolve);
    });
    copy = await mkdtemp(path.join(tmpdir(), 'handler-jwt-'));
    await cp(folder, copy, { recursive: true });
    const issuer = {
      issuer: 'https://login.example.com',
      audience: ['gateway'],
      jwksUri: `https://localhost:${(server.address() as AddressInfo).port}/keys`,
      maxLifetimeSeconds: 600,
      callerClaim: 'sub',
      models: ['paid'],
      scopes: ['inference', 'models.read'],
    };
    const models = {
      paid: { target: 'bedrock:amazon.nova-lite-v1:0' },
      other: { target: 'bedrock:amazon.nova-pro-v1:0' },
    };
    const projects = { ...issuer, issuer: 'https://projects.example.com', projectClaim: 'project' };
    const catalog = { ...plainCatalog, models, jwt: [issuer, projects] };
    await writeFile(path.join(copy, 'catalog.json'), JSON.stringify(catalog));
    await writeFile(path.join(copy, 'ca.pem'), cert);
  });
  afterAll(async () => {
    server.close();
    await rm(copy, { recursive: true });
  });

  test('lets their tokens in beside Bedrock keys, and asks for the keys over https once', async () => {
    const claims = claimsOf();
    const { results, log } = await run(
      [listing(token(signing, claims)), listing(token(newKey('ES256'), claims)), ['buffered', chat]],
      { NODE_EXTRA_CA_CERTS: path.join(copy, 'ca.pem') },
      copy,
    );
    expect(results).toMatchObject([{ statusCode: 200 }, { statusCode: 401 }, { statusCode: 200 }]);
    expect(JSON.parse(String(results[0]?.['body']))).toMatchObject({ data: [{ id: 'paid' }] });
    expect(log).toMatchObject([
      { caller: expect.stringMatching(/^jwt-[\da-f]{16}$/) },
      { caller: expect.stringMatching(/^unauthenticated-/), error: 'invalid_api_key' },
      { caller: expect.stringMatching(/^bedrock-key-/) },
    ]);
    expect(asked).toEqual(['/keys']);
  });

  test('lets them in only if their project is active, where the stack issues keys', async () => {
    const table = await loopback((response, { body }) => {
      const active = JSON.stringify({ Responses: { keys: [itemOf(projectPlace(project.id), project)] } });
      response.end(body.includes(`project#${project.id}`) ? active : '{"Responses":{},"UnprocessedKeys":{}}');
    });
    const inProject = (id: string) => token(signing, claimsOf({ iss: 'https://projects.example.com', project: id }));
    const { results, log } = await run(
      [listing(inProject(`proj_${project.id}`)), listing(inProject('proj_VbT0Hmi00009'))],
      {
        KEY_STACK: 'acme',
        KEY_TABLE: 'keys',
        ADMIN_KEY_SHA256: '0'.repeat(64),
        ADMIN_KEY_GENERATION: '1',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'id',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_ENDPOINT_URL_DYNAMODB: table.url,
        NODE_EXTRA_CA_CERTS: path.join(copy, 'ca.pem'),
      },
      copy,
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200, 403]);
    expect(log[1]).toMatchObject({ error: 'project_not_active' });
  });
});

describe('a stack that issues keys', () => {
  const secret = 'a'.repeat(43);
  const adminKey = `sk-acme-${'0'.repeat(35)}1-${secret}`;
  const registered = `sk-acme-${'0'.repeat(36)}-${'r'.repeat(43)}`;
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const listing = (text: string): [string, unknown] => [
    'buffered',
    { ...health, rawPath: '/v1/models', headers: { authorization: `Bearer ${text}` } },
  ];
  let env: Record<string, string>;
  let copy: string;

  beforeAll(async () => {
    env = {
      KEY_STACK: 'acme',
      KEY_TABLE: 'keys',
      USAGE_TABLE: 'usage',
      ADMIN_KEY_SHA256: sha256(secret),
      ADMIN_KEY_GENERATION: '1',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_DYNAMODB: url,
    };
    copy = await mkdtemp(path.join(tmpdir(), 'handler-keys-'));
    await cp(folder, copy, { recursive: true });
    const callers = [{ id: 'app', sha256: sha256(registered) }];
    const models = { paid: { target: 'sagemaker:my-endpoint' } };
    await writeFile(path.join(copy, 'catalog.json'), JSON.stringify({ ...plainCatalog, models, callers }));
  });
  afterAll(() => rm(copy, { recursive: true }));

  test('lets the holders of its keys in beside other callers, and pays for them', async () => {
    const wrong = adminKey.replace(secret, 'b'.repeat(43));
    const { results, log, text } = await run(
      [listing(adminKey), listing(wrong), listing(registered), ['buffered', chat], listing(adminKey)],
      env,
      copy,
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200, 401, 200, 200, 200]);
    expect(JSON.parse(String(results[0]?.['body']))).toMatchObject({ data: [{ id: 'paid' }] });
    expect(log).toMatchObject([
      { caller: 'key-000000000001' },
      { caller: expect.stringMatching(/^unauthenticated-/), error: 'invalid_api_key' },
      { caller: 'app' },
      { caller: expect.stringMatching(/^bedrock-key-/) },
      { caller: 'key-000000000001' },
    ]);
    expect(text).not.toContain(secret);
    expect(requests.filter((each) => each === '/')).toHaveLength(1); // the table was read once
  });

  test.each([
    [
      'serves the administration API in the function that has the user pool',
      { USER_POOL_ID: 'us-east-1_Example1' },
      200,
    ],
    ['serves no administration API in the other function', {}, 404],
  ])('%s', async (_what, pool, status) => {
    const { results } = await run(
      [
        [
          'buffered',
          { ...health, rawPath: '/v1/organization/projects', headers: { authorization: `Bearer ${adminKey}` } },
        ],
      ],
      { ...env, ...pool },
      copy,
    );
    expect(results).toMatchObject([{ statusCode: status }]);
  });

  test('does not start with some of the variables only', async () => {
    const { code, text } = await run([], { ...env, ADMIN_KEY_SHA256: '' }, copy);
    expect(code).not.toBe(0);
    expect(text).toContain('ADMIN_KEY_SHA256 must be a SHA-256 hash in hex: deploy the stack again.');
  });
});

test('a missing variable is named at startup', async () => {
  const { code, text } = await run([], { BEDROCK_REGIONS: '' });
  expect(code).not.toBe(0);
  expect(text).toContain('BEDROCK_REGIONS');
});
