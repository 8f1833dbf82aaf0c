import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { ConverseEvent } from '../../../function/dialects/converse.gen.ts';
import type { Streamed } from '../../../function/dialects/outcome.ts';
import { closeClients, context, gateway, hello, key, reply } from './clients.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

const farewell = 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n';

function delta(text: string): Buffer {
  const headers = Object.entries({ ':event-type': 'contentBlockDelta', ':message-type': 'event' });
  const body = Buffer.from(JSON.stringify({ contentBlockIndex: 0, delta: { text } }), 'utf8');
  return Buffer.from(
    codec.encode({
      headers: Object.fromEntries(headers.map(([name, value]) => [name, { type: 'string' as const, value }])),
      body,
    }),
  );
}

async function collect(batches: AsyncIterable<readonly Streamed<ConverseEvent>[]>): Promise<Streamed<ConverseEvent>[]> {
  const items: Streamed<ConverseEvent>[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

describe('kept-alive connections', () => {
  test('are used again', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    const bedrock = gateway(server.url);
    for (let call = 0; call < 3; call += 1)
      expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
    expect(server.sockets).toHaveLength(1);
  });

  test('an error leaves its connection usable', async () => {
    const server = await loopback((response) => json(response, 400, { message: 'no' }));
    const bedrock = gateway(server.url);
    await bedrock.converse.call(hello, context());
    await bedrock.converse.open(hello, context());
    expect(server.sockets).toHaveLength(1);
  });

  test('one that is reset before any answer is replaced, once', async () => {
    const server = await loopback((response, _request, count) => {
      if (count === 2) response.socket?.resetAndDestroy();
      else json(response, 200, reply);
    });
    const bedrock = gateway(server.url);
    await bedrock.converse.call(hello, context());
    expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
    expect(server.arrived).toHaveLength(3);
    expect(server.arrived[2]).toEqual(server.arrived[1]);
    expect(server.sockets).toHaveLength(2);
  });

  test('one that is closed without an answer is replaced', async () => {
    const server = await loopback((response, _request, count) => {
      if (count === 2) response.socket?.end();
      else json(response, 200, reply);
    });
    const bedrock = gateway(server.url);
    await bedrock.converse.call(hello, context());
    expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
    expect(server.arrived).toHaveLength(3);
  });

  test('a second reset is a failure: a request is sent twice at most', async () => {
    const server = await loopback((response, _request, count) => {
      if (count === 1) json(response, 200, reply);
      else response.socket?.resetAndDestroy();
    });
    const bedrock = gateway(server.url);
    await bedrock.converse.call(hello, context());
    expect(await bedrock.converse.open(hello, context())).toMatchObject({
      ok: false,
      failure: { name: 'ConnectionError', status: 502 },
    });
    expect(server.arrived).toHaveLength(3);
  });

  test('all idle ones are closed with the first dead one', async () => {
    const server = await loopback(async (response, _request, count) => {
      if (count <= 3) {
        await pause(20);
        json(response, 200, reply);
        return;
      }
      // Every old connection is dead; whatever comes over a fresh one is answered.
      if (server.sockets.indexOf(response.socket as Socket) < 3) response.socket?.resetAndDestroy();
      else json(response, 200, reply);
    });
    const bedrock = gateway(server.url);
    await Promise.all([1, 2, 3].map(() => bedrock.converse.call(hello, context())));
    expect(server.sockets).toHaveLength(3);
    expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
    expect(server.arrived).toHaveLength(5);
  });

  test.each([
    ['took its leave is replaced', {}, { ok: true }],
    [
      'says that the model timed out is believed',
      { 'x-amzn-requestid': 'a' },
      { failure: { name: 'ModelTimeoutException' } },
    ],
    [
      'says so without naming the request is believed',
      { 'x-amzn-errortype': 'ModelTimeoutException' },
      { failure: { name: 'ModelTimeoutException' } },
    ],
  ])('one on which the server %s', async (_what, headers, expected) => {
    const server = await loopback((response, _request, count) => {
      if (count === 2) response.writeHead(408, { connection: 'close', ...headers }).end();
      else json(response, 200, reply);
    });
    const bedrock = gateway(server.url);
    await bedrock.converse.call(hello, context());
    expect(await bedrock.converse.call(hello, context())).toMatchObject(expected);
  });

  test('a 408 on a fresh one is a failure at once', async () => {
    const server = await loopback((response) => void response.writeHead(408).end());
    expect(await gateway(server.url).converse.call(hello, context())).toMatchObject({ ok: false });
    expect(server.arrived).toHaveLength(1);
  });

  test('one that started to answer is not replaced', async () => {
    const server = await loopback((response, _request, count) => {
      if (count === 1) json(response, 200, reply);
      else response.socket?.write('HTTP/1.1 200 OK\r\ncontent-', () => response.socket?.resetAndDestroy());
    });
    const bedrock = gateway(server.url);
    await bedrock.converse.call(hello, context());
    expect(await bedrock.converse.call(hello, context())).toMatchObject({
      ok: false,
      failure: { name: 'ConnectionError' },
    });
    expect(server.arrived).toHaveLength(2);
  });

  test('a reset of a fresh one is a failure at once: the model may be running', async () => {
    const server = await loopback((response) => response.socket?.resetAndDestroy() && undefined);
    expect(await gateway(server.url).converse.call(hello, context())).toMatchObject({
      ok: false,
      failure: { name: 'ConnectionError' },
    });
    expect(server.arrived).toHaveLength(1);
  });

  test('a refused connection is a failure without an address in it', async () => {
    const server = await loopback(() => undefined);
    await server.close();
    const outcome = await gateway(server.url).converse.call(hello, context());
    expect(outcome).toEqual({
      ok: false,
      failure: { name: 'ConnectionError', status: 502, message: 'Bedrock gave no answer (ECONNREFUSED).' },
    });
  });
});

describe('a connection opened ahead', () => {
  test('is used by the first request', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    const bedrock = gateway(server.url);
    await bedrock.warm('us-east-1');
    await bedrock.converse.call(hello, context());
    await bedrock.converse.call(hello, context());
    expect(server.sockets).toHaveLength(1);
  });

  test('that died while idle is replaced', async () => {
    const server = await loopback((response) => {
      if (server.sockets.length === 1) response.socket?.resetAndDestroy();
      else json(response, 200, reply);
    });
    const bedrock = gateway(server.url);
    await bedrock.warm('us-east-1');
    expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
    expect(server.arrived).toHaveLength(2);
  });

  test('that was closed while idle is not used', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    const bedrock = gateway(server.url);
    await bedrock.warm('us-east-1');
    server.sockets[0]?.destroy();
    await pause(20);
    expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
    expect(server.arrived).toHaveLength(1);
  });

  test('on which the server sent a 408 is replaced', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    const bedrock = gateway(server.url);
    await bedrock.warm('us-east-1');
    server.sockets[0]?.end(farewell);
    await pause(20);
    expect(await bedrock.converse.call(hello, context())).toMatchObject({ ok: true });
    expect(server.sockets).toHaveLength(2);
  });

  test('and refused is ignored', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    await server.close();
    await expect(gateway(server.url).warm('us-east-1')).resolves.toBeUndefined();
  });
});

describe('an aborted call', () => {
  const silent = () => loopback(() => undefined);

  test('is not sent when aborted before', async () => {
    const server = await silent();
    const outcome = await gateway(server.url).converse.call(hello, context({ signal: AbortSignal.abort() }));
    expect(outcome).toMatchObject({ ok: false, failure: { name: 'AbortError' } });
    expect(server.arrived).toHaveLength(0);
  });

  test('closes its connection', async () => {
    const server = await silent();
    const caller = new AbortController();
    const outcome = gateway(server.url).converse.call(hello, context({ signal: caller.signal }));
    for (let wait = 0; wait < 200 && server.arrived.length === 0; wait += 1) await pause(5);
    const closed = once(server.sockets[0] as Socket, 'close');
    caller.abort();
    expect(await outcome).toMatchObject({ ok: false, failure: { name: 'AbortError' } });
    await closed;
  });

  test('is a timeout past its deadline, with and without a head', async () => {
    const server = await loopback((response, _request, count) => {
      if (count === 2) response.writeHead(200).write('{');
      if (count === 3) response.writeHead(500).write('{');
    });
    const bedrock = gateway(server.url);
    for (let call = 0; call < 3; call += 1) {
      const outcome = await bedrock.converse.call(hello, context({ signal: AbortSignal.timeout(30) }));
      expect(outcome).toMatchObject({ ok: false, failure: { name: 'TimeoutError', status: 504 } });
    }
  });

  test('ends its stream with the reason', async () => {
    const server = await loopback((response) => void response.write(delta('a')));
    const time = new AbortController();
    const outcome = await gateway(server.url).converse.open(hello, context({ signal: time.signal }));
    if (!outcome.ok) throw new Error(outcome.failure.name);
    time.abort(new DOMException('the time is over', 'TimeoutError'));
    expect(await collect(outcome.value)).toMatchObject([
      { contentBlockDelta: {} },
      { failure: { name: 'TimeoutError' } },
    ]);
  });

  test('leaves no listener on a signal that outlives it', async () => {
    const server = await loopback((response) => json(response, 200, reply));
    const { signal } = new AbortController();
    const balance = { added: 0, removed: 0 };
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => ((balance.added += 1), add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => ((balance.removed += 1), remove(...args));
    const bedrock = gateway(server.url);
    await bedrock.converse.call(hello, context({ signal }));
    await bedrock.converse.call(hello, context({ signal }));
    for (let wait = 0; wait < 100 && balance.removed < balance.added; wait += 1) await pause(5);
    expect(balance).toEqual({ added: 2, removed: 2 });
  });
});

describe('a stream', () => {
  test('resolves with its first event, long before its last', async () => {
    let finish: () => void = () => undefined;
    const server = await loopback((response) => {
      response.write(delta('a'));
      finish = () => void response.end(delta('b'));
    });
    const outcome = await gateway(server.url).converse.open(hello, context());
    if (!outcome.ok) throw new Error(outcome.failure.name);
    finish();
    expect(await collect(outcome.value)).toEqual(
      ['a', 'b'].map((text) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text } } })),
    );
  });

  test('without any event is a failure before the status is sent', async () => {
    const server = await loopback((response) => response.writeHead(200).end() && undefined);
    expect(await gateway(server.url).converse.open(hello, context())).toMatchObject({
      ok: false,
      failure: { name: 'TruncatedStream' },
    });
  });

  test('that is reset in the middle ends with a failure', async () => {
    const server = await loopback((response) => {
      response.write(delta('a'));
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
    });
    const outcome = await gateway(server.url).converse.open(hello, context());
    if (!outcome.ok) throw new Error(outcome.failure.name);
    expect(await collect(outcome.value)).toMatchObject([
      { contentBlockDelta: {} },
      { failure: { name: 'TruncatedStream' } },
    ]);
  });

  test('that is compressed is a malformed reply', async () => {
    const server = await loopback(
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(delta('a')) && undefined,
    );
    expect(await gateway(server.url).converse.open(hello, context())).toMatchObject({
      ok: false,
      failure: { name: 'MalformedReply' },
    });
  });

  test('frees its connection when it was read to the end', async () => {
    const server = await loopback((response) => response.end(delta('a')) && undefined);
    const bedrock = gateway(server.url);
    for (let call = 0; call < 2; call += 1) {
      const outcome = await bedrock.converse.open(hello, context());
      if (outcome.ok) await collect(outcome.value);
    }
    expect(server.sockets).toHaveLength(1);
  });

  test.each([0, 1])('left after %i batches closes its connection', async (batches) => {
    const server = await loopback((response) => void response.write(delta('a')));
    const outcome = await gateway(server.url).converse.open(hello, context());
    if (!outcome.ok) throw new Error(outcome.failure.name);
    const closed = once(server.sockets[0] as Socket, 'close');
    const iterator = outcome.value[Symbol.asyncIterator]();
    for (let taken = 0; taken < batches; taken += 1) await iterator.next();
    await iterator.return?.();
    expect(await closed).toHaveLength(1);
  });

  test('is read no faster than it is consumed', async () => {
    const piece = delta('x'.repeat(50_000));
    const total = 800;
    let written = 0;
    const server = await loopback((response) => {
      const more = (): void => {
        while (written < total) {
          written += 1;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    const outcome = await gateway(server.url).converse.open(hello, context());
    if (!outcome.ok) throw new Error(outcome.failure.name);
    await pause(200);
    // The kernel's buffers hold some megabytes; 40 MB they do not.
    expect(written).toBeLessThan(total / 2);
    expect((await collect(outcome.value)).length).toBe(total);
    expect(written).toBe(total);
  });
});

describe('credentials', () => {
  const variables = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_BEARER_TOKEN_BEDROCK',
  ] as const;
  const before = new Map(variables.map((name) => [name, process.env[name]]));

  beforeEach(() => {
    // What Lambda always sets, and what nobody should.
    for (const name of variables) process.env[name] = `not-the-callers-${name}`;
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  test('each of many concurrent calls has its own key and answer', async () => {
    const server = await loopback(async (response, { headers, path }) => {
      await pause(Math.random() * 20);
      if (path.endsWith('/converse-stream')) response.end(delta(String(headers.authorization)));
      else
        json(response, 200, {
          ...reply,
          output: { message: { role: 'assistant', content: [{ text: headers.authorization }] } },
        });
    });
    const bedrock = gateway(server.url);
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const call = context({ credential: { kind: 'bearer', token: `${key}-${index}` } });
        if (index % 2 === 0) return JSON.stringify(await bedrock.converse.call(hello, call));
        const outcome = await bedrock.converse.open(hello, call);
        return JSON.stringify(outcome.ok ? await collect(outcome.value) : outcome);
      }),
    );
    for (const [index, answer] of answers.entries()) expect(answer).toContain(`"Bearer ${key}-${index}"`);
    expect(JSON.stringify(server.arrived)).not.toContain('not-the-callers');
    expect(new Set(server.arrived.map(({ headers }) => headers.authorization)).size).toBe(60);
  });
});

test('an answer that is not HTTP is a failure', async () => {
  const server = createServer((socket) => void socket.on('error', () => undefined).end('SSH-2.0-nobody\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const outcome = await gateway(`http://127.0.0.1:${port}`).converse.call(hello, context());
  expect(outcome).toMatchObject({ ok: false, failure: { name: 'ConnectionError' } });
  server.close();
});
