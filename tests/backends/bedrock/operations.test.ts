import {
  runtimeOperations,
  type RuntimeOperation,
  type RuntimeOperationName,
} from '../../../function/backends/bedrock/operations.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';
import { read } from '../wire/read.ts';
import { closeClients, context, gateway, key } from './clients.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const labels: Readonly<Record<string, string>> = {
  model: 'amazon.nova-lite-v1:0',
  guardrailIdentifier: 'arn:aws:bedrock:us-east-1:123456789012:guardrail/abc',
  guardrailVersion: '1',
  invocationArn: 'arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc',
};

const query =
  'submitTimeAfter=2026-11-20T12%3A00%3A00Z&submitTimeBefore=b&statusEquals=Failed&maxResults=5&nextToken=a%2Bb&sortBy=c' +
  '&sortOrder=d&X-Amz-Signature=e';

/** Every operation, and the request that it makes with these labels and this query. */
const operations: readonly [RuntimeOperationName, 'GET' | 'POST', string][] = [
  ['Converse', 'POST', '/model/amazon.nova-lite-v1%3A0/converse'],
  ['ConverseStream', 'POST', '/model/amazon.nova-lite-v1%3A0/converse-stream'],
  ['InvokeModel', 'POST', '/model/amazon.nova-lite-v1%3A0/invoke'],
  ['InvokeModelWithResponseStream', 'POST', '/model/amazon.nova-lite-v1%3A0/invoke-with-response-stream'],
  ['CountTokens', 'POST', '/model/amazon.nova-lite-v1%3A0/count-tokens'],
  [
    'ApplyGuardrail',
    'POST',
    '/guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aguardrail%2Fabc/version/1/apply',
  ],
  ['InvokeGuardrailChecks', 'POST', '/guardrail-checks/invoke'],
  ['StartAsyncInvoke', 'POST', '/async-invoke'],
  [
    'ListAsyncInvokes',
    'GET',
    '/async-invoke?submitTimeAfter=2026-11-20T12%3A00%3A00Z&submitTimeBefore=b&statusEquals=Failed&maxResults=5&nextToken=a%2Bb' +
      '&sortBy=c&sortOrder=d',
  ],
  ['GetAsyncInvoke', 'GET', '/async-invoke/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aasync-invoke%2Fabc'],
];

test.each(operations)('%s is %s %s', async (name, method, path) => {
  const server = await loopback((response) => {
    response.setHeader('x-amzn-requestid', 'theirs');
    response.setHeader('x-amzn-bedrock-service-tier', 'default');
    json(response, 200, { a: 1 });
  });
  const label = (each: string) => labels[each] ?? '';
  const body = method === 'POST' ? { body: '{ "a":1 }' } : {};
  const outcome = await gateway(server.url).operate({ name, label, query, ...body }, context());
  expect(outcome).toMatchObject({
    ok: true,
    value: { contentType: 'application/json', headers: { 'x-amzn-bedrock-service-tier': 'default' } },
  });
  await expect(read(outcome)).resolves.toEqual({ bytes: Buffer.from('{"a":1}'), failure: undefined });
  const [arrived] = server.arrived;
  expect(arrived).toMatchObject({ method, path, body: method === 'POST' ? '{ "a":1 }' : '' });
  const forBody = method === 'POST' ? { 'content-type': 'application/json', 'content-length': '9' } : {};
  expect(arrived?.headers).toEqual({
    host: server.url.slice('http://'.length),
    connection: 'keep-alive',
    authorization: `Bearer ${key}`,
    'accept-encoding': 'identity',
    'user-agent': 'bedrock-gateway',
    ...forBody,
  });
});

const all = {
  'x-amzn-bedrock-cache-read-input-token-count': '1',
  'x-amzn-bedrock-cache-write-input-token-count': '2',
  'x-amzn-bedrock-content-type': 'application/json',
  'x-amzn-bedrock-input-token-count': '3',
  'x-amzn-bedrock-invocation-latency': '4',
  'x-amzn-bedrock-output-token-count': '5',
  'x-amzn-bedrock-performanceconfig-latency': 'standard',
  'x-amzn-bedrock-service-tier': 'default',
};

test('every header that describes the answer is forwarded, and no other', async () => {
  const server = await loopback((response) => {
    response.writeHead(200, { ...all, 'x-amzn-bedrock-other': 'a', 'x-amzn-requestid': 'b', server: 'c' });
    response.end('{}');
  });
  const call = { name: 'InvokeModel', label: () => 'm', body: '{}' } as const;
  expect(await gateway(server.url).operate(call, context())).toMatchObject({ ok: true, value: { headers: all } });
  const through = await gateway(server.url).invoke.passthrough({ body: '{}', stream: false }, context());
  expect(through.ok && through.value.headers).toEqual(all);
});

test('an answer without a body, a refusal and a lost connection are failures', async () => {
  const server = await loopback((response, _request, count) => {
    if (count === 1) response.end();
    else if (count === 2) json(response, 400, { __type: 'ValidationException', message: 'no' });
    else response.destroy();
  });
  const ask = () => gateway(server.url).operate({ name: 'CountTokens', label: () => 'm', body: '{}' }, context());
  expect(await ask()).toEqual({
    ok: false,
    failure: { name: 'MalformedReply', status: 502, message: "Bedrock's answer is empty.", upstream: { status: 200 } },
  });
  expect(await ask()).toMatchObject({
    ok: false,
    failure: { name: 'ValidationException', status: 400, message: 'no' },
  });
  expect(await ask()).toMatchObject({ ok: false, failure: { name: 'ConnectionError', status: 502 } });
});

test('operations name their model, or a label that may be an ARN', () => {
  const known: readonly (readonly [string, RuntimeOperation])[] = Object.entries(runtimeOperations);
  expect(known.map(([name, { model, arn }]) => [name, model, arn])).toEqual([
    ['Converse', 'path', undefined],
    ['ConverseStream', 'path', undefined],
    ['InvokeModel', 'path', undefined],
    ['InvokeModelWithResponseStream', 'path', undefined],
    ['CountTokens', 'path', undefined],
    ['ApplyGuardrail', undefined, 'guardrailIdentifier'],
    ['InvokeGuardrailChecks', undefined, undefined],
    ['StartAsyncInvoke', 'body', undefined],
    ['ListAsyncInvokes', undefined, undefined],
    ['GetAsyncInvoke', undefined, 'invocationArn'],
  ]);
});
