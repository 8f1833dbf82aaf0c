import { tinyLambda, tinyStack } from '../tiny-stack.ts';

// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** The handler of a streamed function, from the body of an async function. */
function streamed(body: string): string {
  return `
    const { streamifyResponse, HttpResponseStream } = awslambda;
    const head = (stream) => HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-head': 'yes' } });
    export const handler = streamifyResponse(async (event, stream, context) => { ${body} });`;
}

const prelude = `{"statusCode":201,"headers":{"x-head":"yes"}}${'\0'.repeat(8)}`;

describe('a streamed handler', () => {
  test.each([
    ['from, write, end: metadata and body', `const s = head(stream); s.write('hello'); s.end();`, `${prelude}hello`],
    [
      'from, write of nothing, end: metadata and an empty body',
      `const s = head(stream); s.write(''); s.end();`,
      prelude,
    ],
    ['from, end with text: the text without metadata', `head(stream).end('only');`, 'only'],
    ['from, end: nothing at all', `head(stream).end();`, ''],
    [
      'a value that is neither text nor bytes: its JSON',
      `stream.write({ a: 1 }); stream.write(7); stream.end();`,
      '{"a":1}7',
    ],
    [
      'bytes: as they are',
      `stream.write(Buffer.from('by')); stream.write(new Uint8Array([116])); stream.end('es');`,
      'bytes',
    ],
  ])('%s', async (_name, body, expected) => {
    const tiny = await tinyLambda(streamed(body));
    expect(await tiny.invoke()).toEqual({ text: expected, result: { ok: true } });
  });

  test('HttpResponseStream.from after a write fails', async () => {
    const body = `stream.write('early'); try { head(stream); } catch (error) { stream.end(error.name + ': ' + error.message); }`;
    const tiny = await tinyLambda(streamed(body));
    const { text } = await tiny.invoke();
    expect(text).toBe('earlyInvalidStreamingOperation: Cannot set content-type, too late.');
  });

  test('an error before any write sends nothing but the error', async () => {
    const tiny = await tinyLambda(streamed(`throw new TypeError('broken');`));
    const { text, result } = await tiny.invoke();
    expect(text).toBe('');
    expect(result).toMatchObject({ ok: false, error: { errorType: 'TypeError', errorMessage: 'broken' } });
  });

  test('an error after a write sends the written bytes and the error', async () => {
    const tiny = await tinyLambda(streamed(`head(stream).write('half'); throw new Error('broken');`));
    const { text, result } = await tiny.invoke();
    expect(text).toBe(`${prelude}half`);
    expect(result).toMatchObject({ ok: false, error: { errorMessage: 'broken' } });
  });

  test('a return without end leaves the stream open until the function times out', async () => {
    const tiny = await tinyLambda(streamed(`head(stream).write('hello');`), { timeoutSeconds: 2 });
    const { text, result } = await tiny.invoke();
    expect(text).toBe(`${prelude}hello`);
    expect(result).toMatchObject({
      ok: false,
      error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 2.00 seconds' },
    });
  });

  test('a handler that is not async fails', async () => {
    const tiny = await tinyLambda(`export const handler = awslambda.streamifyResponse((e, stream) => {});`);
    const { result } = await tiny.invoke();
    expect(result).toMatchObject({ error: { errorMessage: 'Streaming does not support non-async handlers.' } });
  });

  test('a handler that is not streamified answers with buffered JSON', async () => {
    const tiny = await tinyLambda(`export const handler = async (event) => ({ got: event.a });`);
    expect(await tiny.invoke({ a: 1 })).toEqual({ text: '{"got":1}', result: { ok: true } });
  });
});

describe('back-pressure', () => {
  test('a large write returns false, and drain follows', async () => {
    const body = `
      const taken = stream.write('x'.repeat(70_000));
      await new Promise((resolve) => stream.once('drain', resolve));
      stream.end(String(taken));`;
    const tiny = await tinyLambda(streamed(body));
    const { text } = await tiny.invoke();
    expect(text.slice(70_000)).toBe('false');
  });

  test('a reader that stops reading blocks the writer', async () => {
    const body = `
      for (let piece = 1; piece <= 100; piece += 1) {
        console.log('piece ' + piece);
        if (!stream.write('x'.repeat(50_000))) await new Promise((resolve) => stream.once('drain', resolve));
      }
      stream.end();`;
    const tiny = await tinyLambda(streamed(body));
    const gate = Promise.withResolvers<void>();
    const invoked = tiny.invoke({}, () => gate.promise);
    await quiet(tiny.log);
    const pieces = tiny.log().trim().split('\n').length;
    gate.resolve();
    expect(pieces).toBeLessThan(10);
    expect((await invoked).text).toHaveLength(5_000_000);
  });

  test('the highWaterMark of a handler is honoured', async () => {
    const source = `export const handler = awslambda.streamifyResponse(async (e, stream) => {
      stream.end(String(stream.write('x'.repeat(2000)))); }, { highWaterMark: 1000 });`;
    const tiny = await tinyLambda(source);
    expect((await tiny.invoke()).text.slice(2000)).toBe('false');
  });
});

describe('behind a streamed REST integration', () => {
  test('metadata become status and headers, the rest becomes the body', async () => {
    const body = `const s = HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-one': '1' },
      multiValueHeaders: { 'x-many': ['a', 'b'] }, cookies: ['c=1', 'd=2'] }); s.write('hello'); s.end();`;
    const stack = await tinyStack(streamed(body));
    const response = await fetch(`${stack.url}/v1/stream`);
    expect(response.status).toBe(201);
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-one': '1', 'x-many': 'a, b' });
    expect(response.headers.getSetCookie()).toEqual(['c=1', 'd=2']);
    expect(await response.text()).toBe('hello');
  });

  test('headers that the API sets itself are renamed or dropped, and a content type is added', async () => {
    const body = `const s = HttpResponseStream.from(stream, { statusCode: 401, headers: {
      'www-authenticate': 'Bearer', 'content-length': '7', 'transfer-encoding': 'identity',
      'x-amzn-requestid': 'ours' } }); s.write('hello'); s.end();`;
    const stack = await tinyStack(streamed(body));
    const response = await fetch(`${stack.url}/v1/stream`);
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({ 'x-amzn-remapped-www-authenticate': 'Bearer', 'content-type': 'application/json' });
    expect(headers['x-amzn-remapped-x-amzn-requestid']).toBe('ours');
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(headers).not.toHaveProperty('content-length');
    expect(await response.text()).toBe('hello');
  });

  test('bytes reach the client while the function is running', async () => {
    const body = `const s = head(stream); s.write('first'); await new Promise(() => {});`;
    const stack = await tinyStack(streamed(body));
    const response = await fetch(`${stack.url}/v1/stream`);
    const first = await response.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('first');
  });

  test.each([
    ['end without write', `head(stream).end('only');`],
    ['no metadata', `stream.write('plain'); stream.end();`],
    ['metadata that are no JSON', `stream.write('x' + '\\0'.repeat(8)); stream.end();`],
    ['a status that HTTP has not', `HttpResponseStream.from(stream, { statusCode: 42 }).write(''); stream.end();`],
    [
      'a header that HTTP cannot carry',
      `HttpResponseStream.from(stream, { headers: { a: 'b\\nc' } }).write(''); stream.end();`,
    ],
    [
      'a delimiter after the first 16 KB',
      `stream.write('{"a":"' + 'x'.repeat(17_000) + '"}' + '\\0'.repeat(8)); stream.end();`,
    ],
    ['an error before any write', `throw new Error('broken');`],
  ])('%s is a 502', async (_name, body) => {
    const stack = await tinyStack(streamed(body));
    const response = await fetch(`${stack.url}/v1/stream`);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ message: 'Internal server error' });
  });

  test('an error after the first byte closes the connection after the status was sent', async () => {
    const stack = await tinyStack(streamed(`head(stream).write('half'); throw new Error('broken');`));
    const response = await fetch(`${stack.url}/v1/stream`);
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('the function is not told when the client hangs up', async () => {
    const body = `const s = head(stream); s.on('close', () => console.log('told')); s.write('first');
      await new Promise((resolve) => setTimeout(resolve, 400));
      s.write('second'); s.end(); console.log('finished');`;
    const stack = await tinyStack(streamed(body));
    const abort = new AbortController();
    const response = await fetch(`${stack.url}/v1/stream`, { signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    await until(() => stack.log().includes('finished'));
    expect(stack.log().split('finished')[0]).not.toContain('told');
  });
});

/** Waits until nothing has been added for a while. */
async function quiet(text: () => string): Promise<void> {
  let before: string;
  do {
    before = text();
    await new Promise((resolve) => setTimeout(resolve, 200));
  } while (text() !== before || before === '');
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
