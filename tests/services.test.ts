import type { Catalog } from '../function/catalog/catalog.ts';
import { checkCatalog } from '../function/catalog/check.ts';
import { createApp } from '../function/app.ts';
import { backends } from '../function/backends/registry.ts';
import { readConfig } from '../function/config.ts';
import { createServices, withNames } from '../function/services.ts';
import { bedrockKey } from './support/app.ts';
import { plainCatalog } from './support/catalog.ts';

const config = readConfig({ BEDROCK_REGIONS: 'us-east-1', BEDROCK_KEYS: 'any', PROMPT_CACHING: 'auto' });
const services = createServices(config, checkCatalog(plainCatalog, backends));

test('one request sees the same names throughout', async () => {
  let asked = 0;
  const current = (): Catalog => {
    asked += 1;
    return { ...plainCatalog, models: { [`name-${asked}`]: { target: 'bedrock:x' } } };
  };
  const later = withNames(services, { current, settled: () => Promise.resolve() });
  const app = createApp(later, () => undefined);
  const before = asked;
  const authorization = `Bearer ${bedrockKey()}`;
  const request = {
    method: 'POST',
    path: '/v1/chat/completions',
    query: '',
    headers: new Map([
      ['authorization', authorization],
      ['content-type', 'application/json'],
    ]),
    body: '{"model":"another","messages":[]}',
  };
  const deadline = Date.now() + 10_000;
  const { status } = await app(request, { requestId: 'r', answerBy: deadline, streamUntil: deadline });
  expect([status, asked - before]).toEqual([404, 1]);
});

test('the services stay the same while the names do', () => {
  let catalog = services.catalog;
  const current = withNames(services, { current: () => catalog, settled: () => Promise.resolve() });
  expect(current()).toBe(services);
  catalog = { ...plainCatalog, models: { more: { target: 'bedrock:x' } } };
  const changed = current();
  expect(changed).toEqual({ ...services, catalog });
  expect(current()).toBe(changed);
});

test('in a private network no image is fetched, and the first is refused by its place', async () => {
  const isolated = createServices({ ...config, isPrivate: true }, checkCatalog(plainCatalog, backends));
  const { signal } = new AbortController();
  const urls = [
    { url: 'https://example.com/a.png', param: 'messages[0].content[1].image_url.url' },
    { url: 'https://example.com/b.png', param: 'messages[0].content[2].image_url.url' },
  ];
  await expect(isolated.fetchMedia(urls, signal)).rejects.toMatchObject({
    status: 400,
    code: 'invalid_image_url',
    param: 'messages[0].content[1].image_url.url',
    message:
      'This gateway fetches no images, because its network has no way to the internet. Send the image itself, as a data: URL.',
  });
  expect(await isolated.fetchMedia([], signal)).toEqual(new Map());
});

test('ids are 32 random hexadecimal digits, chances are below one, and no media are none', async () => {
  const [id, other] = [services.newId(), services.newId()];
  expect([id, other]).toEqual([expect.stringMatching(/^[\da-f]{32}$/), expect.stringMatching(/^[\da-f]{32}$/)]);
  expect(id).not.toBe(other);
  expect(Math.floor(services.random())).toBe(0);
  expect(await services.fetchMedia([], new AbortController().signal)).toEqual(new Map());
});
