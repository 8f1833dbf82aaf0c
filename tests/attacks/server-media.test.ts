import type { Catalog } from '../../function/catalog/catalog.ts';
import type { MediaUrl } from '../../function/http/media.ts';
import { createServices } from '../../function/services.ts';
import { png } from '../clients/media.ts';
import type { TestApp } from '../support/app.ts';
import { gateway, gptOss, json, listed, post, startUpstreams, tokenOf, type Upstreams } from './upstreams.ts';

const token = tokenOf('app');
const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    oss: { target: `bedrock-openai:${gptOss}` },
    tiny: { target: 'sagemaker:my-endpoint' },
    both: { target: 'openai:gpt-4o-mini', fallbacks: ['sagemaker:my-endpoint'] },
  },
};

let upstreams: Upstreams;
let fetched: string[];

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
  fetched = [];
});

const image = { format: 'png', bytes: png().toString('base64') } as const;
const inline = `data:image/png;base64,${image.bytes}`;

function fetchMedia(urls: readonly MediaUrl[]) {
  fetched.push(...urls.map(({ url }) => url));
  return Promise.resolve(new Map(urls.map(({ url }) => [url, image] as const)));
}

/** The gateway, whose server fetches URLs by itself or does not. */
function serving(fetchesUrls: boolean): TestApp {
  const { openai } = settings();
  return gateway(upstreams, { catalog, config: { openai: { ...openai, fetchesUrls } }, services: { fetchMedia } });
}

function settings() {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai-AbCdEf';
  return { openai: { baseUrl: `${upstreams.url}/openai/v1`, secretArn: arn, timeoutMs: 5_000 } };
}

async function ask(app: TestApp, content: unknown, model = 'gpt') {
  const body = { model, messages: [{ role: 'user', content }] };
  const { status, text } = await post(app, { path: '/v1/chat/completions', body }, { token });
  const call = upstreams.arrived.find(({ service }) => ['openai', 'runtime', 'sagemaker'].includes(service));
  return {
    status,
    error: status === 200 ? undefined : JSON.parse(text).error,
    content: call && JSON.parse(call.body).messages[0].content,
  };
}

const url = 'https://images.example.com/a.png';
const withImage = (address: string) => [{ type: 'image_url', image_url: { url: address, detail: 'low' } }];

test('images are fetched and inlined for a server that does not fetch them', async () => {
  const { content } = await ask(serving(false), [...withImage(url), ...withImage(inline)]);
  expect(content).toEqual([...withImage(inline), ...withImage(inline)]);
  expect(fetched).toEqual([url]);
});

test('image URLs are fetched in every form that servers accept', async () => {
  const given = [
    { type: 'image_url', image_url: url },
    { image_url: { url: `${url}?2` } },
    { type: 'image_url', image_url: [{ url: `${url}?3` }] },
  ];
  const { content } = await ask(serving(false), given);
  expect(JSON.stringify(content)).not.toContain('https:');
  expect(fetched).toEqual([url, `${url}?2`, `${url}?3`]);
});

test('public https URLs pass to a server that fetches them and to Bedrock', async () => {
  const parts = [...withImage(url), { type: 'video_url', video_url: { url: 'https://videos.example.com/a.mp4' } }];
  for (const model of ['gpt', 'oss']) {
    upstreams.arrived.length = 0;
    expect(await ask(serving(true), parts, model)).toEqual({ status: 200, error: undefined, content: parts });
  }
  expect(fetched).toEqual([]);
});

test("OpenAI's own API fetches URLs; other hosts only when configured to", () => {
  const fetches = (baseUrl: string, fetchesUrls = false) => {
    const given = { ...settings().openai, baseUrl, fetchesUrls };
    const config = { bedrockRegions: ['us-east-1'], openai: given, endpoints: {}, region: 'us-east-1' } as const;
    const role = { accessKeyId: '', secretAccessKey: '', sessionToken: '' };
    const rest = {
      failoverRegions: [],
      bedrockKeys: 'any',
      promptCaching: 'auto',
      logLevel: 'info',
      corsOrigins: [],
    } as const;
    const all = { models: {}, allowUnmappedBedrockModels: true, callers: [], callersMaySet: [], chatTemplates: {} };
    return createServices({ ...config, ...rest, role, defaultMaxOutput: 'model' }, all).backend('openai').fetchesUrls;
  };
  expect(fetches('https://api.openai.com/v1')).toBe(true);
  expect(fetches('https://eu.api.openai.com/v1')).toBe(true);
  expect(fetches('https://llm.example.com/v1')).toBe(false);
  expect(fetches('https://api.openai.com.example.com/v1')).toBe(false);
  expect(fetches('https://llm.example.com/api.openai.com')).toBe(false);
  expect(fetches('https://my.openai.azure.com/openai/v1')).toBe(false);
  expect(fetches('https://llm.example.com/v1', true)).toBe(true);
});

const addresses = [
  'http://images.example.com/a.png',
  'HTTP://images.example.com/a.png',
  'ftp://images.example.com/a.png',
  'file:///etc/passwd',
  ' file:///etc/passwd',
  '\u0000file:///etc/passwd',
  'fi\nle:///etc/passwd',
  'gs://bucket/a.png',
  's3://bucket/a.png',
  'blob:https://images.example.com/a',
  'javascript:alert(1)',
  '/etc/passwd',
  '//images.example.com/a.png',
  'images.example.com/a.png',
  '',
  'https:images.example.com/a.png',
  'https:/images.example.com/a.png',
  'https:\\\\images.example.com\\a.png',
  'https://images.example.com\\@127.0.0.1/a.png',
  'https://',
  'https://localhost/a.png',
  'https://localhost./a.png',
  'https://localhost../a.png',
  'https://images..example.com/a.png',
  'https://LOCALHOST/a.png',
  'https://intranet/a.png',
  'https://metadata.google.internal/a.png',
  'https://printer.local/a.png',
  'https://db.svc/a.png',
  'https://vllm.default.svc.cluster.local/a.png',
  'https://user@images.example.com/a.png',
  'https://user:word@images.example.com/a.png',
  'https://images.example.com:8443/a.png',
  'https://images.example.com:80/a.png',
  'https://127.0.0.1/a.png',
  'https://127.1/a.png',
  'https://2130706433/a.png',
  'https://0x7f.0.0.1/a.png',
  'https://0177.0.0.1/a.png',
  'https://0127.0.0.1/a.png',
  'https://１２７.0.0.1/a.png',
  'https://127。0。0。1/a.png',
  'https://%31%32%37.0.0.1/a.png',
  'https://10.0.0.1/a.png',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/a.png',
  'https://[::1]/a.png',
  'https://[::ffff:127.0.0.1]/a.png',
  'https://[::ffff:7f00:1]/a.png',
  'https://[fd00:ec2::254]/a.png',
  'https://[64:ff9b::7f00:1]/a.png',
  'https://[fe80::1%25eth0]/a.png',
  'https://images.example.com/a b.png',
  'https://images.example.com/a\t.png',
  'https://images.example.com\t/a.png',
];

describe.each([true, false])('fetched by the server: %s', (fetches) => {
  test.each(addresses)('%j is a 400 that names the field', async (address) => {
    const app = serving(fetches);
    for (const model of fetches ? ['gpt', 'oss'] : ['gpt']) {
      const { status, error } = await ask(app, [{ type: 'text', text: address }, ...withImage(address)], model);
      expect([status, error.param]).toEqual([400, 'messages[0].content[1].image_url.url']);
    }
    const alone = await ask(app, { type: 'image_url', image_url: address });
    expect([alone.status, alone.error.param]).toEqual([400, 'messages[0].content.image_url']);
    expect([fetched, upstreams.arrived]).toEqual([[], []]);
  });
});

describe.each([true, false])('private addresses at any place, fetched by the server: %s', (fetches) => {
  const part = { type: 'image_url', image_url: { url: 'file:///etc/passwd' } };
  const places: readonly (readonly [string, object])[] = [
    ['messages[0].content[0][0].image_url.url', [{ role: 'user', content: [[part]] }]],
    [
      'messages[0].content[1][0][0].image_url.url',
      [{ role: 'user', content: [{ type: 'text', text: 'a' }, [[part]]] }],
    ],
    ['messages[0][0].content[0].image_url.url', [[{ role: 'user', content: [part] }]]],
    ['messages.content.image_url.url', { role: 'user', content: part }],
    ['messages[0].video_url.url', [{ role: 'user', content: 'a', video_url: part.image_url }]],
    ['messages[0].audio_url', [{ role: 'user', content: 'a', audio_url: part.image_url.url }]],
    ...['system', 'developer', 'assistant', 'tool', 'function', 'nobody'].map(
      (role) => ['messages[0].content[0].image_url.url', [{ role, content: [part] }]] as const,
    ),
  ];

  test.each(places)('a private address is a 400 at %s', async (param, messages) => {
    const body = { model: 'gpt', messages };
    const { status, text } = await post(serving(fetches), { path: '/v1/chat/completions', body }, { token });
    expect([status, JSON.parse(text).error.param]).toEqual([400, param]);
    expect(upstreams.arrived).toEqual([]);
  });
});

test('images in nested lists are fetched', async () => {
  const { content } = await ask(serving(false), [withImage(url)]);
  expect([content, fetched]).toEqual([[withImage(inline)], [url]]);
});

const media = (address: string): readonly (readonly [string, object])[] => [
  ['video_url.url', { type: 'video_url', video_url: { url: address } }],
  ['audio_url.url', { type: 'audio_url', audio_url: { url: address } }],
  ['input_audio.data', { type: 'input_audio', input_audio: { data: address, format: 'wav' } }],
  ['file.file_data', { type: 'file', file: { filename: 'C:\\a.pdf', file_data: address } }],
];

test.each([
  'file:///etc/passwd',
  'http://media.example.com/a',
  's3://bucket/a',
  'https://10.0.0.1/a',
  'fi\nle:///etc/passwd',
  'h\tt\r\ntp://10.0.0.1/a',
  ' ht\ntps://10.0.0.1/a',
])('audio, video and files cannot be given as %j', async (address) => {
  for (const fetches of [true, false]) {
    for (const [where, part] of media(address)) {
      const { status, error } = await ask(serving(fetches), [part]);
      expect([status, error.param]).toEqual([400, `messages[0].content[0].${where}`]);
    }
  }
  expect([fetched, upstreams.arrived]).toEqual([[], []]);
});

test.each(['file:///etc/passwd', 'http://media.example.com/a', 'https://10.0.0.1/a', 'https://media.example.com/a'])(
  'audio, video and files for SageMaker cannot be given as %s',
  async (address) => {
    for (const [where, part] of media(address).slice(2)) {
      const { status, error } = await ask(serving(true), [part], 'tiny');
      expect([status, error.param]).toEqual([400, `messages[0].content[0].${where}`]);
    }
    const seen = await ask(serving(true), withImage(address.replace('https://media', 'http://media')), 'tiny');
    expect([seen.status, seen.error.param]).toEqual([400, 'messages[0].content[0].image_url.url']);
    expect([fetched, upstreams.arrived]).toEqual([[], []]);
  },
);

test('public URLs of audio, video and files pass only to servers that fetch', async () => {
  for (const [where, part] of media('https://media.example.com/a')) {
    const refused = await ask(serving(false), [part]);
    expect([refused.status, refused.error.param]).toEqual([400, `messages[0].content[0].${where}`]);
    upstreams.arrived.length = 0;
    expect((await ask(serving(true), [part])).content).toEqual([part]);
    upstreams.arrived.length = 0;
  }
  expect(fetched).toEqual([]);
});

test('inline data of any type passes', async () => {
  const parts = media('data:application/octet-stream;base64,AAAA').map(([, part]) => part);
  const base64 = media('AAAA')
    .slice(2)
    .map(([, part]) => part);
  for (const fetches of [true, false]) {
    upstreams.arrived.length = 0;
    expect((await ask(serving(fetches), [...parts, ...base64])).content).toEqual([...parts, ...base64]);
  }
});

test('text that looks like a URL is text', async () => {
  const source = { type: 'url_citation', url_citation: { url: 'http://example.com', title: 'a' } };
  const parts = [
    { type: 'text', text: 'file:///etc/passwd http://localhost', annotations: [source] },
    { type: 'thinking', thinking: 'Plan: ask first' },
    { type: 'reasoning', reasoning: 'Step 1: http://localhost', reasoning_details: [{ summary: 'Plan: none' }] },
  ];
  expect((await ask(serving(false), parts)).content).toEqual(parts);
});

test('a fallback reuses what was fetched for the first target', async () => {
  upstreams.scripts.openai = (response) => json(response, 503, { error: { message: 'busy' } });
  const app = serving(false);
  const { status } = await ask(app, withImage(url), 'both');
  const call = upstreams.arrived.find(({ service }) => service === 'sagemaker');
  expect([status, call && JSON.parse(call.body).messages[0].content]).toEqual([200, withImage(inline)]);
  expect(fetched).toEqual([url]);
});
