import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What an environment took, in milliseconds since its process was started. */
export interface Started {
  /** Until the runtime asked for its first event: everything is loaded. */
  readonly initMs: number;
  /** Until the answer to its first event had come back. */
  readonly answeredMs: number;
  readonly answer: string;
}

/** How to start an environment, and the event that it gets. */
export interface Environment {
  readonly command: readonly [string, readonly string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly event: string;
}

const prefix = '/2018-06-01/runtime';
const requestId = '5f0c1de2-7a1b-4c57-9f0e-2b9a6f1d3c11';

/** Headers of an event, as Lambda's runtime API sends them. */
const eventHeaders = {
  'content-type': 'application/json',
  'lambda-runtime-aws-request-id': requestId,
  'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:benchmark:live',
};

/** Variables that Lambda sets and its runtime client insists on. */
const lambdaVariables = {
  AWS_LAMBDA_FUNCTION_NAME: 'benchmark',
  AWS_LAMBDA_FUNCTION_VERSION: '1',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/benchmark',
  AWS_LAMBDA_LOG_STREAM_NAME: 'benchmark',
};

/** Runs one environment against a stand-in for Lambda's runtime API, until it has answered. Rejects when it ends before. */
export async function startEnvironment({ command: [program, args], env, event }: Environment): Promise<Started> {
  const answered = Promise.withResolvers<Started>();
  let began = 0;
  let initMs = 0;
  const next = (response: ServerResponse): void => {
    // The second event never comes.
    if (initMs > 0) return;
    initMs = performance.now() - began;
    response.writeHead(200, { ...eventHeaders, 'lambda-runtime-deadline-ms': Date.now() + 900_000 });
    response.end(event);
  };
  const posted = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await text(request);
    const answeredMs = performance.now() - began;
    response.writeHead(202).end();
    if (request.url === `${prefix}/invocation/${requestId}/response`) answered.resolve({ initMs, answeredMs, answer });
    else answered.reject(new Error(`the runtime reported to ${request.url ?? ''}: ${answer}`));
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') next(response);
    else void posted(request, response);
  });
  const api = await listening(server);
  began = performance.now();
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'] ?? '', ...lambdaVariables, ...env, AWS_LAMBDA_RUNTIME_API: api },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const failed = ended.then(([code]) => Promise.reject(new Error(`the environment ended with ${String(code)}`)));
  try {
    return await Promise.race([answered.promise, failed]);
  } finally {
    failed.catch(() => {});
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    await ended;
  }
}

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return `127.0.0.1:${address.port}`;
}
