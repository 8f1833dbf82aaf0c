import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Deployment, HttpApi, Integration, LambdaFunction, RestApi } from '../../local/deployment.ts';
import { createIam } from '../../local/iam/verify.ts';
import type { ServerIdentity } from '../../local/edge/port.ts';
import { Edge } from '../../local/edge/server.ts';
import { Lambda, type InvokeResult } from '../../local/lambda/lambda.ts';

/** A function of a few lines, until the test ends: the source of its `index.mjs`, which exports `handler`. */
async function tinyFunction(source: string, overrides: Partial<LambdaFunction> = {}): Promise<LambdaFunction> {
  const taskRoot = await mkdtemp(path.join(tmpdir(), 'tiny-function-'));
  await writeFile(path.join(taskRoot, 'index.mjs'), source);
  onTestFinished(() => rm(taskRoot, { recursive: true, force: true }));
  return {
    name: 'tiny',
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:tiny',
    role: 'arn:aws:iam::123456789012:role/tiny',
    version: '1',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    taskRoot,
    environment: {},
    timeoutSeconds: 20,
    memoryMegabytes: 128,
    logGroup: '/aws/lambda/tiny',
    isTraced: false,
    ...overrides,
  };
}

export interface TinyLambda {
  readonly lambda: Lambda;
  readonly log: () => string;
  /** One invocation: the bytes of the answer and how it ended. */
  readonly invoke: (event?: unknown, take?: () => Promise<void>) => Promise<{ text: string; result: InvokeResult }>;
}

/** The function behind Lambda's Invoke operation, until the test ends. */
export async function tinyLambda(source: string, overrides: Partial<LambdaFunction> = {}): Promise<TinyLambda> {
  const tiny = await tinyFunction(source, overrides);
  let said = '';
  const log = (text: string): void => void (said += text);
  const lambda = new Lambda(tiny, { region: 'us-east-1', endpoints: {}, iam: createIam(), log });
  onTestFinished(() => lambda.close());
  return {
    lambda,
    log: () => said,
    invoke: async (event = {}, wait = async () => {}) => {
      const chunks: Uint8Array[] = [];
      const take = async (bytes: Uint8Array): Promise<void> => {
        chunks.push(bytes);
        await wait();
      };
      const target = { function: tiny, arn: `${tiny.arn}:live` };
      const result = await lambda.invoke(JSON.stringify(event), { target, take });
      return { text: Buffer.concat(chunks).toString(), result };
    },
  };
}

export interface TinyStack {
  readonly url: string;
  readonly log: () => string;
}

export interface TinyOptions {
  readonly lambda?: Partial<LambdaFunction>;
  readonly integration?: Partial<Integration>;
  readonly rest?: Partial<RestApi>;
  readonly http?: Partial<HttpApi>;
  readonly identity?: ServerIdentity;
  /** The domain's keys for the REST API. */
  readonly keys?: readonly string[];
}

/** One function behind both kinds of API, until the test ends: `v1/stream` is the REST API's, the rest is the HTTP API's. */
export async function tinyStack(source: string, options: TinyOptions = {}): Promise<TinyStack> {
  const tiny = await tinyFunction(source, options.lambda);
  let said = '';
  const log = (text: string): void => void (said += text);
  const edge = new Edge(deployment(tiny, options), {
    endpoints: {},
    iam: createIam(),
    log,
    identity: options.identity,
  });
  onTestFinished(() => edge.close());
  await edge.warm();
  edge.server.listen(0, '127.0.0.1');
  await once(edge.server, 'listening');
  const address = edge.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `${options.identity ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    log: () => said,
  };
}

function deployment(
  lambda: LambdaFunction,
  { integration, rest, http, keys = ['v1/stream'] }: TinyOptions,
): Deployment {
  const target = { function: lambda, arn: `${lambda.arn}:live` };
  const common = { target, timeoutMilliseconds: 20_000, ...integration };
  const methods = new Map([['ANY', { transfer: 'stream' as const, ...common }]]);
  const restApi: RestApi = {
    kind: 'rest',
    id: 'restapi000',
    stage: 'v1',
    binaryMediaTypes: [],
    resources: [
      { id: 'root00', path: '/', methods },
      { id: 'proxy0', path: '/{proxy+}', methods },
    ],
    gatewayResponses: [],
    ...rest,
  };
  const httpApi: HttpApi = {
    kind: 'http',
    id: 'httpapi000',
    stage: '$default',
    integration: { ...common, transfer: 'buffered' },
    ...http,
  };
  const mappings = [{ key: '', api: httpApi }, ...keys.map((key) => ({ key, api: restApi }))];
  const domain = { name: 'openai.example.com', mappings };
  return {
    region: 'us-east-1',
    roles: [],
    functions: [lambda],
    tables: [],
    userPools: [],
    topics: [],
    buckets: [],
    apis: [httpApi, restApi],
    domain,
  };
}
