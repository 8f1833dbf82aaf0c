import { readFileSync } from 'node:fs';
import { endpoints } from '../../function/endpoints/index.ts';
import { unservedEndpoint } from '../../function/endpoints/unserved.ts';
import { testApp } from '../support/app.ts';
import { needs } from '../support/skip.ts';

test.each([
  ['POST', '/v1/responses', 'Responses API'],
  ['POST', '/openai/v1/responses', 'Responses API'],
  ['POST', '/responses', 'Responses API'],
  ['GET', '/v1/responses/resp_1/input_items', 'Responses API'],
  ['POST', '/v1/audio/transcriptions', 'Audio API'],
  ['POST', '/v1/images/generations', 'Images API'],
  ['POST', '/openai/deployments/dall-e-3/images/generations', 'Images API'],
  ['POST', '/v1//moderations', 'Moderations API'],
  ['GET', '/v1/files', 'Files API'],
  ['POST', '/v1/messages', 'Messages API of Anthropic'],
  ['POST', '/anthropic/v1/messages', 'Messages API of Anthropic'],
  ['GET', '/v1/chat/completions/chatcmpl-1', 'API of stored chat completions'],
])('%s %s is a 404 that names the %s and what to use instead', async (method, path, api) => {
  const { status, text } = await testApp({}).send(path, { method });
  const { error } = JSON.parse(text);
  expect([status, error.code, error.type]).toEqual([404, 'unsupported_endpoint', 'invalid_request_error']);
  expect(error.message).toMatch(new RegExp(`^The ${api} is not served by this gateway\\. [A-Z].{20,}\\.$`));
});

test.each([
  '/v1/nonsense',
  '/v1',
  '/',
  '/openai/v1/',
  '/v1/constructor',
  '/v1/chat',
  '/openai/chat/completions',
  '/responsesx',
])('%s is an unknown URL', (path) => {
  expect(unservedEndpoint(path)).toBeUndefined();
});

const { OPENAPI_DOCUMENT: document } = process.env;

needs(document !== undefined, "OPENAPI_DOCUMENT (OpenAI's OpenAPI document) is not set")("OpenAI's document", () => {
  test('has no path that is neither served nor said not to be', () => {
    const { paths } = JSON.parse(readFileSync(document ?? '', 'utf8'));
    const served = new Set(endpoints.map(({ path }) => path.replace('/v1', '').replaceAll(/:\w+\{\.\+\}/g, '{}')));
    const unknown = Object.keys(paths).filter((path) => {
      const [plain = ''] = path.split('?', 1);
      return !served.has(plain.replaceAll(/\{\w+\}/g, '{}')) && unservedEndpoint(`/v1${plain}`) === undefined;
    });
    expect(unknown).toEqual([]);
  });
});
