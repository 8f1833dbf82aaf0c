import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { encoded, event, exception } from '../backends/wire/encoded.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  chat,
  chatStream,
  claude,
  completions,
  converseCall,
  converseStream,
  embeddings,
  endless,
  eventStream,
  frames,
  gateway,
  gptOss,
  invoke,
  json,
  listed,
  part,
  post,
  sse,
  stackKey,
  startUpstreams,
  titan,
  tokenOf,
  visible,
  type Operation,
  type Script,
  type Service,
  type Upstreams,
} from './upstreams.ts';

const token = tokenOf('app');

const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    claude: { target: `bedrock:${claude}` },
    oss: { target: `bedrock-openai:${gptOss}` },
    titan: { target: `bedrock:${titan}` },
  },
};

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
  app = gateway(upstreams, { catalog });
});

/** Every direction once: who is asked, by what, and with whose credential. */
const directions: readonly (readonly [Operation, string, Service, string?])[] = [
  [chat, 'gpt', 'openai'],
  [chatStream, 'gpt', 'openai'],
  [completions, 'gpt', 'openai'],
  [embeddings, 'gpt', 'openai'],
  [converseCall, 'gpt', 'openai'],
  [converseStream, 'gpt', 'openai'],
  [invoke, 'gpt', 'openai'],
  [chat, 'tiny', 'sagemaker'],
  [chatStream, 'tiny', 'sagemaker'],
  [completions, 'tiny', 'sagemaker'],
  [converseCall, 'tiny', 'sagemaker'],
  [converseStream, 'tiny', 'sagemaker'],
  [chat, 'claude', 'runtime'],
  [chatStream, 'claude', 'runtime'],
  [completions, 'claude', 'runtime'],
  [embeddings, 'titan', 'runtime'],
  [converseCall, 'claude', 'runtime'],
  [converseStream, 'claude', 'runtime'],
  [invoke, 'titan', 'runtime'],
  [chat, 'oss', 'runtime'],
  [chatStream, 'oss', 'runtime'],
  [chat, 'oss', 'runtime', bedrockKey()],
  [chatStream, 'oss', 'runtime', bedrockKey()],
  [converseCall, 'claude', 'runtime', bedrockKey()],
  [converseStream, 'claude', 'runtime', bedrockKey()],
  [invoke, 'titan', 'runtime', bedrockKey()],
];

const rows = directions.map(
  ([operation, model, service, key]) =>
    [
      `${operation.name} to ${model}${key === undefined ? '' : ' with an own key'}`,
      operation,
      model,
      service,
      key,
    ] as const,
);

const streams = rows.filter(([, operation]) => operation === chatStream || operation === converseStream);
const wholes = rows.filter((row) => !streams.includes(row));

function isAws(operation: Operation): boolean {
  return operation.request('x').path.startsWith('/model/');
}

describe.each(rows)('%s', (_name, operation, model, service, key) => {
  const ask = (until = 5_000) => post(app, operation.request(model), { token: key ?? token, until });

  test.each([301, 302, 303, 307, 308])('a redirect (%s) is not followed', async (status) => {
    const host = new URL(upstreams.url).host;
    for (const location of [
      `http://${host}/control/x`,
      `http://${host}/${service}/again`,
      'http://169.254.169.254/',
      '/',
      '//evil.example.com',
    ]) {
      upstreams.arrived.length = 0;
      upstreams.scripts[service] = (response) => void response.writeHead(status, { location }).end();
      const told = await ask();
      expect(told.status).toBe(isAws(operation) ? 500 : 502);
      expect(told.headers.get('x-amzn-errortype')).toBe(isAws(operation) ? 'InternalServerException' : null);
      expect(visible(app, told)).not.toMatch(/169\.254|evil\.example|127\.0\.0\.1/);
      expect(upstreams.arrived.filter((one) => one.service === service)).toHaveLength(1);
      expect(upstreams.arrived.some((one) => one.service === 'control')).toBe(false);
    }
  });

  test('details of the stack in an error do not reach the caller', async () => {
    for (const answer of tellTales) {
      upstreams.scripts[service] = answer;
      const told = await ask();
      expect(told.status).toBeGreaterThanOrEqual(400);
      expect(visible(app, told)).not.toMatch(named);
    }
  });

  test.each([401, 403])("a refusal (%s) of the stack's credential reveals nothing", async (status) => {
    upstreams.scripts[service] = (response) =>
      json(response, status, { error: { message: telling, type: telling, code: telling }, message: telling });
    const told = await ask();
    expect(visible(app, told)).not.toMatch(named);
    // One's own key that is refused is one's own to mend.
    const own = operation === chat || operation === chatStream ? [401, 403] : [403];
    const stacks = isAws(operation) ? [500] : [502];
    expect(key === undefined ? stacks : own).toContain(told.status);
  });

  test('a response of another content type is a failure', async () => {
    for (const answer of nonsense) {
      upstreams.scripts[service] = answer;
      const told = await ask(400);
      expect([told.status >= 400, told.text.includes('PAGE')]).toEqual([true, false]);
    }
  });
});

const telling = [
  'arn:aws:iam::123456789012:role/spending of 123456789012',
  `with ${['sk', 'proj', 'abcdefgh1234567890'].join('-')} and ${bedrockKey('leak')}`,
  `of ${['org', 'abcdefgh12345678'].join('-')} at https://bedrock.us-east-1.amazonaws.com/x`,
  `by Bearer ${['made', 'up', 'token', 'of', 'upstream'].join('.')}`,
  'on http://10.1.2.3:8000/v1 and ip-10-0-0-7.eu-west-1.compute.internal',
].join(' ');

const named =
  /arn:aws|123456789012|sk-proj|ABSK|org-abc|amazonaws|made\.up\.token|10\.1\.2\.3|ip-10-0|compute\.internal/;

function page(status: number): Script {
  return (response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(`<html>${telling}</html>`);
}

const headers = { 'x-amzn-errortype': 'ValidationException', 'x-organization': telling, 'retry-after': '1000000' };

const tellTales: readonly Script[] = [
  (response) => json(response, 400, { error: { message: telling, type: telling, param: telling, code: telling } }),
  (response) => json(response, 400, { error: { message: { deep: telling } }, message: telling }),
  (response) => json(response, 400, { error: telling }),
  (response) => json(response, 422, { detail: [{ loc: ['body', telling], msg: telling }] }),
  (response) => json(response, 400, { object: 'error', message: telling, type: telling, param: telling, code: 400 }),
  (response) => json(response, 400, { message: telling, __type: 'ValidationException' }, headers),
  (response) => json(response, 404, { Message: telling, __type: 'ResourceNotFoundException' }, headers),
  (response) =>
    json(response, 400, { message: telling, originalMessage: telling }, { 'x-amzn-errortype': telling.slice(0, 60) }),
  (response) =>
    json(
      response,
      424,
      {
        message: telling,
        originalMessage: telling,
        OriginalMessage: telling,
        OriginalStatusCode: 400,
        LogStreamArn: telling,
      },
      { 'x-amzn-errortype': 'ModelError' },
    ),
  (response) =>
    json(
      response,
      424,
      {
        Message: telling,
        OriginalMessage: JSON.stringify({ error: { message: telling, code: telling, type: telling } }),
        OriginalStatusCode: 400,
      },
      { 'x-amzn-errortype': 'ModelError' },
    ),
  (response) =>
    json(
      response,
      424,
      { Message: telling, OriginalMessage: `<html>${telling}</html>`, OriginalStatusCode: 418 },
      { 'x-amzn-errortype': 'ModelError' },
    ),
  page(400),
  page(404),
];

function ends(response: ServerResponse, type: string, body: string | Uint8Array, more = {}): void {
  response.writeHead(200, { 'content-type': type, ...more }).end(body);
}

const nonsense: readonly Script[] = [
  (response) => ends(response, 'text/html', '<html>PAGE</html>'),
  (response) => ends(response, 'text/plain', ''),
  (response) => ends(response, 'application/json', gzipSync('{"choices":[]}'), { 'content-encoding': 'gzip' }),
  (response) => void response.writeHead(204).end(),
  (response) => void response.writeHead(206).end('{}'),
  (response) => void response.destroy(),
  (response) =>
    void response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nPAGE'),
  (response) => void response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}`),
];

describe.each(wholes)('%s', (_name, operation, model, service, key) => {
  const ask = (until = 5_000) => post(app, operation.request(model), { token: key ?? token, until });

  test('a truncated response is an error', async () => {
    upstreams.scripts[service] = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices":[{"message":{"content":"half');
      setTimeout(() => response.destroy(), 20);
    };
    expect((await ask()).status).toBeGreaterThanOrEqual(500);
  });

  test('an endless response is abandoned long before memory runs out', async () => {
    const { script, written } = endless('application/json', ['{"a":"'], Buffer.alloc(1 << 20, 0x20));
    upstreams.scripts[service] = script;
    expect((await ask(20_000)).status).toBeGreaterThanOrEqual(500);
    expect(written()).toBeLessThan(200 << 20);
  });
});

/** How the streams of each kind of upstream are written. */
function streamOf(service: Service, model: string, text: string): { type: string; bytes: Buffer } {
  if (service === 'sagemaker') return { type: 'application/vnd.amazon.eventstream', bytes: part(text) };
  return { type: 'text/event-stream', bytes: Buffer.from(model === 'claude' ? '' : text) };
}

const beginning = sse.slice(0, sse.indexOf('\n\n') + 2);

const errorEvents = [
  { error: { message: telling, type: telling, code: telling, param: telling } },
  { error: telling, code: 424 },
  { object: 'error', message: telling, code: 500 },
  { id: 'x', choices: [], error: { message: telling, code: 500 } },
].map((body) => `data: ${JSON.stringify(body)}\n\n`);

const namedEvents = [
  `event: error\ndata: ${JSON.stringify({ message: telling })}\n\n`,
  `event:error\r\ndata:${JSON.stringify({ detail: telling })}\r\n\r\n`,
];

const frameErrors = [
  exception('validationException', { message: telling }),
  exception('modelStreamErrorException', { message: telling, originalMessage: telling, originalStatusCode: 500 }),
  exception('accessDeniedException', { message: telling }),
  exception('modelStreamError', { Message: telling, ErrorCode: 'x' }),
  encoded({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': telling }, ''),
  encoded(
    { ':message-type': 'exception', ':content-type': 'text/plain', ':exception-type': 'validationException' },
    telling,
  ),
  encoded(
    { ':event-type': 'x', ':message-type': 'exception', ':exception-type': 'validationException' },
    JSON.stringify({ message: telling }),
  ),
];

describe.each(streams)('%s', (_name, operation, model, service, key) => {
  const ask = (until = 5_000) => post(app, operation.request(model), { token: key ?? token, until });
  const begun =
    model === 'claude' ? event('messageStart', { role: 'assistant' }) : streamOf(service, model, beginning).bytes;
  const framed = model === 'claude' || service === 'sagemaker';
  const contentType = framed ? 'application/vnd.amazon.eventstream' : 'text/event-stream';

  function answers(...bytes: Uint8Array[]): void {
    upstreams.scripts[service] = (response) => ends(response, contentType, Buffer.concat(bytes));
  }

  /** Whether it ended as only streams do that went well. */
  function isClean(text: string): boolean {
    return text.includes('[DONE]') || text.includes('messageStop');
  }

  const errors = [
    ...(model === 'claude' ? [] : [...errorEvents, ...namedEvents].map((text) => streamOf(service, model, text).bytes)),
    ...(framed ? frameErrors : []),
  ];

  test('an error before or after the first event is redacted', async () => {
    for (const error of errors) {
      answers(error);
      const first = await ask();
      answers(begun, error);
      const later = await ask();
      expect(visible(app, first, later)).not.toMatch(named);
      expect([first.status >= 400, later.status, isClean(later.text)]).toEqual([true, 200, false]);
      expect(later.text).toMatch(isAws(operation) ? /:exception-type/ : /"error":\{/);
    }
  });

  test('a stream that is cut off anywhere never ends normally', async () => {
    const [from, last] =
      model === 'claude' ? [begun.length, frames.indexOf('messageStop')] : [beginning.length, sse.indexOf('"stop"')];
    for (let at = from; at <= last; at += 7) {
      answers(model === 'claude' ? frames.subarray(0, at) : streamOf(service, model, sse.slice(0, at)).bytes);
      const { status, text } = await ask();
      expect([at, status, isClean(text)]).toEqual([at, 200, false]);
    }
    upstreams.scripts[service] = (response) => {
      response.writeHead(200, { 'content-type': contentType });
      response.write(begun);
      setTimeout(() => response.destroy(), 20);
    };
    const { text } = await ask();
    expect([isClean(text), /:exception-type|"error":\{/.test(text)]).toEqual([false, true]);
  });

  test('a silent stream ends with an error at the deadline', async () => {
    upstreams.scripts[service] = (response) => {
      response.writeHead(200, { 'content-type': contentType });
      response.write(begun);
    };
    const { text } = await ask(300);
    expect([isClean(text), /:exception-type|"error":\{/.test(text)]).toEqual([false, true]);
  });

  test('an endless event is abandoned long before memory runs out', async () => {
    const line = Buffer.alloc(1 << 20, 0x61);
    const piece =
      framed && model !== 'claude' ? encoded({ ':event-type': 'PayloadPart', ':message-type': 'event' }, line) : line;
    const { script, written } = endless(contentType, framed ? [begun] : [begun, 'data: "'], piece);
    upstreams.scripts[service] = script;
    const { text } = await ask(20_000);
    expect([isClean(text), /:exception-type|"error":\{/.test(text)]).toEqual([false, true]);
    expect(written()).toBeLessThan(100 << 20);
  });
});

const lined = streams.filter(([, , model]) => model !== 'claude');

test.each(lined)('%s: an event of endless lines is abandoned', async (_name, operation, model, service, key) => {
  const framed = service === 'sagemaker';
  const lines = streamOf(service, model, `data: ${'a'.repeat(58)}\n`.repeat(16_384)).bytes;
  const { script, written } = endless(
    framed ? 'application/vnd.amazon.eventstream' : 'text/event-stream',
    [streamOf(service, model, beginning).bytes],
    lines,
  );
  upstreams.scripts[service] = script;
  const { text } = await post(app, operation.request(model), { token: key ?? token, until: 20_000 });
  expect([text.includes('messageStop'), /:exception-type|"error":\{/.test(text)]).toEqual([false, true]);
  expect(written()).toBeLessThan(100 << 20);
});

test.each([chatStream, converseStream])(
  '$name: a refusal in the first frame of a stream reveals nothing',
  async (operation) => {
    upstreams.scripts.runtime = (response) =>
      eventStream(response, exception('accessDeniedException', { message: telling }));
    const told = await post(app, operation.request('claude'), { token });
    expect([told.status, told.text]).toEqual([isAws(operation) ? 500 : 502, expect.not.stringContaining('API key')]);
  },
);

test.each<[string, Service, string]>([
  ['STS', 'sts', 'tiny'],
  ['STS', 'sts', 'claude'],
  ['Secrets Manager', 'secrets', 'gpt'],
])(
  'a redirect of %s is not followed, and its details do not reach the caller (%s, %s)',
  async (_name, service, model) => {
    const elsewhere = `${upstreams.url}/control/x`;
    const scripts: Script[] = [
      ...[301, 302, 307, 308].map(
        (status): Script =>
          (response) =>
            void response.writeHead(status, { location: elsewhere }).end(),
      ),
      (response) => json(response, 400, { __type: 'AccessDeniedException', Message: telling }),
      (response) =>
        void response
          .writeHead(403, { 'content-type': 'text/xml' })
          .end(`<ErrorResponse><Error><Code>AccessDenied</Code><Message>${telling}</Message></Error></ErrorResponse>`),
      (response) => ends(response, 'text/html', telling),
      (response) => void response.destroy(),
    ];
    for (const script of scripts) {
      app = gateway(upstreams, { catalog });
      upstreams.arrived.length = 0;
      upstreams.scripts = { [service]: script };
      const told = [
        await post(app, chat.request(model), { token }),
        await post(app, converseCall.request(model), { token }),
      ];
      expect(told.map(({ status }) => status)).toEqual([502, 500]);
      expect(visible(app, ...told)).not.toMatch(named);
      expect(new Set(upstreams.arrived.map((one) => one.service))).toEqual(new Set([service]));
    }
  },
);

test("the stack's own values in response headers do not reach the caller", async () => {
  const secret = {
    'openai-organization': 'org-of-the-stack',
    'set-cookie': 'a=org-of-the-stack',
    'x-request-id': 'org-of-the-stack',
    server: 'org-of-the-stack',
    'x-amzn-requestid': 'org-of-the-stack',
  };
  for (const [, operation, model, service, key] of rows) {
    const answer = gateway(upstreams, { catalog });
    upstreams.scripts = {};
    const { status } = await post(answer, operation.request(model), { token: key ?? token });
    expect([operation.name, model, status]).toEqual([operation.name, model, 200]);
    upstreams.scripts[service] = (response, arrived) => {
      for (const [name, value] of Object.entries(secret)) response.setHeader(name, value);
      json(response, 400, arrived.path);
    };
    const told = await post(answer, operation.request(model), { token: key ?? token });
    expect(JSON.stringify([...told.headers])).not.toContain('org-of-the-stack');
    expect(JSON.stringify([...told.headers])).not.toContain(stackKey);
  }
});

test('an error object with status 200 is an error, however the body is split', async () => {
  for (const body of [
    { error: { message: telling } },
    { id: 'x', object: 'chat.completion', error: { message: telling, code: 500 } },
  ]) {
    for (const operation of [chat, completions, embeddings, converseCall, invoke]) {
      upstreams.scripts.openai = (response) => {
        const text = JSON.stringify(body, null, 1);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(text.slice(0, 1));
        setTimeout(() => response.end(text.slice(1)), 20);
      };
      const told = await post(app, operation.request('gpt'), { token });
      expect([operation.name, told.status >= 400]).toEqual([operation.name, true]);
      expect(visible(app, told)).not.toMatch(named);
    }
  }
});

test('an unrequested stream is an error', async () => {
  upstreams.scripts.openai = (response) => ends(response, 'text/event-stream', sse);
  for (const operation of [chat, completions, embeddings]) {
    expect((await post(app, operation.request('gpt'), { token })).status).toBe(502);
  }
  upstreams.scripts.openai = (response) => eventStream(response, Buffer.from(sse));
  expect((await post(app, chat.request('gpt'), { token })).status).toBe(502);
});
