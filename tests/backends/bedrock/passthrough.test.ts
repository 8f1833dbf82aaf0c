import type { Outcome } from '../../../function/dialects/outcome.ts';
import type { PassthroughAnswer } from '../../../function/backends/backend.ts';
import { event, exception } from '../wire/encoded.ts';
import { read } from '../wire/read.ts';
import { closeClients, context, gateway } from './clients.ts';
import { closeLoopbacks, json, loopback, type Answer, type Loopback } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const request = '{"messages":[{"role":"user","content":[{"text":"h\\u00e9 é"}]}],"unknown":{"kept":1.0}}';
const answer = '{ "output": {"message":{"role":"assistant","content":[]}},\n "stopReason":"end_turn", "more": 1.0 }';
const start = event('messageStart', { role: 'assistant', p: 'abc' });
const stop = event('messageStop', { stopReason: 'end_turn' });
const metadata = event('metadata', { usage: {}, metrics: {} });
const whole = Buffer.concat([start, stop, metadata]);

function streaming(...chunks: readonly (Buffer | 'break')[]): Answer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    for (const chunk of chunks) {
      if (chunk === 'break') response.destroy();
      else response.write(chunk);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    response.end();
  };
}

async function opened(server: Loopback): Promise<Outcome<PassthroughAnswer>> {
  return gateway(server.url).converse.passthrough({ body: request, stream: true }, context());
}

describe('Converse', () => {
  test('passes request and answer through byte for byte', async () => {
    const server = await loopback((response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-amzn-requestid': 'theirs',
        'x-amzn-bedrock-invocation-latency': '12',
        'x-amzn-bedrock-input-token-count': '3',
        'set-cookie': 'a=b',
        'x-other': 'y',
      });
      response.end(answer);
    });
    const outcome = await gateway(server.url).converse.passthrough({ body: request, stream: false }, context());
    expect(server.arrived[0]).toMatchObject({ path: '/model/amazon.nova-lite-v1%3A0/converse', body: request });
    expect(outcome).toMatchObject({
      ok: true,
      value: {
        contentType: 'application/json',
        headers: { 'x-amzn-bedrock-invocation-latency': '12', 'x-amzn-bedrock-input-token-count': '3' },
      },
    });
    expect(outcome.ok && Object.keys(outcome.value.headers)).toHaveLength(2);
    await expect(read(outcome)).resolves.toEqual({ bytes: Buffer.from(answer), failure: undefined });
  });

  test('sends bytes as well as text', async () => {
    const server = await loopback((response) => json(response, 200, {}));
    await read(
      await gateway(server.url).converse.passthrough({ body: Buffer.from(request), stream: false }, context()),
    );
    expect(server.arrived[0]?.body).toBe(request);
    expect(server.arrived[0]?.headers['content-length']).toBe(String(Buffer.byteLength(request)));
  });

  test('an error is a failure', async () => {
    const server = await loopback((response) => {
      response.setHeader('x-amzn-errortype', 'ThrottlingException');
      json(response, 429, { message: 'slow down' });
    });
    const outcome = await gateway(server.url).converse.passthrough({ body: request, stream: false }, context());
    expect(outcome).toMatchObject({ ok: false, failure: { name: 'ThrottlingException', status: 429 } });
  });

  test('an answer that is cut off ends with a failure', async () => {
    const server = await loopback(async (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(answer);
      await new Promise((resolve) => setTimeout(resolve, 20));
      response.destroy();
    });
    const { bytes, failure } = await read(
      await gateway(server.url).converse.passthrough({ body: request, stream: false }, context()),
    );
    expect(bytes.toString()).toBe(answer);
    expect(failure).toMatchObject({ name: 'TruncatedStream', status: 502 });
  });

  test.each([
    ['is empty', ''],
    ['is compressed', 'x'],
  ])('an answer that %s is a malformed reply', async (how, body) => {
    const server = await loopback((response) => {
      if (how === 'is compressed') response.setHeader('content-encoding', 'gzip');
      response.end(body);
    });
    const outcome = await gateway(server.url).converse.passthrough({ body: request, stream: false }, context());
    expect(outcome).toMatchObject({ ok: false, failure: { name: 'MalformedReply' } });
    expect(!outcome.ok && outcome.failure.message).toContain(how);
  });
});

describe('ConverseStream', () => {
  test('passes the bytes of a whole stream through', async () => {
    const server = await loopback(streaming(whole.subarray(0, 50), whole.subarray(50, 200), whole.subarray(200)));
    const outcome = await opened(server);
    expect(server.arrived[0]).toMatchObject({ path: '/model/amazon.nova-lite-v1%3A0/converse-stream', body: request });
    expect(outcome.ok && outcome.value.contentType).toBe('application/vnd.amazon.eventstream');
    const { bytes, failure } = await read(outcome);
    expect([bytes.equals(whole), failure]).toEqual([true, undefined]);
  });

  test('an exception as the first frame is a failure, not a stream', async () => {
    const server = await loopback(streaming(exception('throttlingException', { message: 'slow down' })));
    await expect(opened(server)).resolves.toMatchObject({
      ok: false,
      failure: { name: 'ThrottlingException', status: 429 },
    });
  });

  test('an exception later is the last item', async () => {
    const server = await loopback(streaming(start, exception('modelStreamErrorException', { message: 'broke' })));
    const { bytes, failure } = await read(await opened(server));
    expect([bytes.equals(start), failure?.name]).toEqual([true, 'ModelStreamErrorException']);
  });

  test.each([
    ['ends without its last event', [start]],
    ['ends inside a frame', [start, stop.subarray(0, 40)]],
    ['breaks', [start, stop.subarray(0, 40), 'break' as const]],
  ])('a stream that %s ends with a failure after its whole frames', async (_how, chunks) => {
    const server = await loopback(streaming(...chunks));
    const { bytes, failure } = await read(await opened(server));
    expect([bytes.equals(start), failure?.name]).toEqual([true, 'TruncatedStream']);
  });

  test.each([
    ['messageStop', stop],
    ['metadata', metadata],
  ])('a stream that ends with %s alone is complete', async (_name, end) => {
    const { bytes, failure } = await read(await opened(await loopback(streaming(start, end))));
    expect([bytes.length, failure]).toEqual([start.length + end.length, undefined]);
  });

  test('a stream without a first frame is a failure', async () => {
    const server = await loopback(streaming(start.subarray(0, 20)));
    await expect(opened(server)).resolves.toMatchObject({ ok: false, failure: { name: 'TruncatedStream' } });
  });

  test('an aborted call has its reason', async () => {
    const server = await loopback(async (response) => {
      response.writeHead(200);
      response.write(start);
    });
    const controller = new AbortController();
    const outcome = await gateway(server.url).converse.passthrough(
      { body: request, stream: true },
      context({ signal: controller.signal }),
    );
    controller.abort(new DOMException('over', 'TimeoutError'));
    const { bytes, failure } = await read(outcome);
    expect([bytes.equals(start), failure?.name]).toEqual([true, 'TimeoutError']);
  });

  test('returning early closes the connection', async () => {
    const server = await loopback((response) => {
      response.writeHead(200);
      response.write(start);
    });
    const outcome = await opened(server);
    const [socket] = server.sockets;
    const closed = new Promise<void>((resolve) => socket?.once('close', () => resolve()));
    if (outcome.ok) for await (const _item of outcome.value.body) break;
    await closed;
    expect(socket?.destroyed).toBe(true);
  });
});
