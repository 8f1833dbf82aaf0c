import { chunk, done, event, hello, reply } from '../chat.ts';
import { closeLoopbacks, everySent, json, loopback } from '../loopback.ts';
import { all, drained } from '../outcomes.ts';
import { backend, context, fakeKey } from './backend.ts';

afterEach(closeLoopbacks);

test('a call is a POST below the base URL, with the model of the target, the key of the stack, and nothing else', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const outcome = await backend(`${server.url}/some/prefix/v1/`).chat.call(
    { ...hello, stream: true, stream_options: { include_usage: true }, temperature: 0 },
    context(),
  );
  expect(outcome).toEqual({ ok: true, value: reply });
  const [arrived] = server.arrived;
  expect(arrived).toMatchObject({ method: 'POST', path: '/some/prefix/v1/chat/completions' });
  expect(JSON.parse(arrived?.body ?? '')).toEqual({ ...hello, model: 'upstream-model', temperature: 0 });
  expect(Object.keys(arrived?.headers ?? {}).sort()).toEqual(everySent);
  expect(arrived?.headers).toEqual({
    host: server.url.slice('http://'.length),
    connection: 'keep-alive',
    authorization: `Bearer ${fakeKey}`,
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(arrived?.body ?? '')),
    'user-agent': 'bedrock-gateway',
  });
});

test('a streaming request asks for usage beside its own options', async () => {
  const server = await loopback((response) => void response.end(`${event(chunk('a'))}${event(chunk('b'))}${done}`));
  const { chat } = backend(server.url);
  const items = await all(await chat.open({ ...hello, stream_options: { include_obfuscation: false } }, context()));
  expect(items).toEqual([chunk('a'), chunk('b')]);
  expect(JSON.parse(server.arrived[0]?.body ?? '')).toEqual({
    ...hello,
    model: 'upstream-model',
    stream: true,
    stream_options: { include_obfuscation: false, include_usage: true },
  });
});

test('completions have their own path and format', async () => {
  const whole = {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: 'upstream-model',
    choices: [{ index: 0, text: 'a', finish_reason: 'stop', logprobs: null }],
  };
  const server = await loopback((response, { body }) => {
    if (body.includes('"stream":true')) response.end(`${event(whole)}${done}`);
    else json(response, 200, whole);
  });
  const { completions } = backend(`${server.url}/v1`);
  const request = { model: 'asked-for', prompt: 'once' };
  expect(await completions.call(request, context())).toEqual({ ok: true, value: whole });
  expect(await all(await completions.open(request, context()))).toEqual([whole]);
  expect(server.arrived.map(({ path }) => path)).toEqual(['/v1/completions', '/v1/completions']);
});

test('a passed-through body arrives unchanged, as bytes or text', async () => {
  const server = await loopback((response) => json(response, 200, { object: 'list', data: [] }));
  const { embeddings, chat, completions } = backend(`${server.url}/v1`);
  const body = '{ "model":"upstream-model",\n"input": "grün",  "unknown":1e5 }';
  for (const surface of [embeddings, chat, completions]) {
    const outcome = await surface.passthrough({ body: Buffer.from(body), stream: false }, context());
    expect(await drained(outcome)).toEqual({ text: '{"object":"list","data":[]}' });
  }
  await embeddings.passthrough({ body, stream: false }, context());
  expect(server.arrived.map((arrived) => arrived.body)).toEqual([body, body, body, body]);
  expect(server.arrived.map(({ path }) => path)).toEqual([
    '/v1/embeddings',
    '/v1/chat/completions',
    '/v1/completions',
    '/v1/embeddings',
  ]);
  expect(Object.keys(server.arrived[0]?.headers ?? {}).sort()).toEqual(everySent);
});
