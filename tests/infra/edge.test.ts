import { endpoints } from '../../function/endpoints/index.ts';
import { errorType } from '../../function/errors.ts';
import { gatewayResponses } from '../../infra/gateway-responses.ts';
import { streamedPaths } from '../../infra/gateway.ts';

test('no mapping key is the beginning of a served path that is not its own', () => {
  const served = [...new Set(endpoints.map(({ path }) => path.slice(1)))];
  const isOwn = (path: string, key: string) => path === key || path.startsWith(`${key}/`);
  const astray = streamedPaths.flatMap((key) => served.filter((path) => path.startsWith(key) && !isOwn(path, key)));
  expect(astray).toEqual([]);
  // Each key is there for something that is served, and everything that a model answers has one.
  expect(streamedPaths.filter((key) => !served.some((path) => isOwn(path, key)))).toEqual([]);
  const asked = endpoints.filter(({ method }) => method === 'POST').map(({ path }) => path.slice(1));
  expect(asked.filter((path) => !streamedPaths.some((key) => isOwn(path, key)))).toEqual([]);
});

describe('what the REST API says by itself', () => {
  const responses = gatewayResponses([]);

  test.each(responses.map((response) => [response.responseType, response] as const))(
    '%s is an OpenAI error',
    (_, response) => {
      const { error } = JSON.parse(response.responseTemplates['application/json'] ?? '');
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
      expect(error.message).toMatch(/^[^$\\]+\.$/); // no $ and no backslash: the template language would read them
      const status = Number(response.statusCode ?? response.responseType.replace(/^DEFAULT_(\d)XX$/, '$100'));
      expect(error.type).toBe(errorType(status));
      expect(response.responseParameters['gatewayresponse.header.x-request-id']).toBe('context.requestId');
    },
  );

  test('each type is answered once', () => {
    const types = responses.map(({ responseType }) => responseType);
    expect(new Set(types).size).toBe(types.length);
    expect(types).toEqual(expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX']));
  });

  test.each([
    [[], undefined],
    [['*'], "'*'"],
    [['https://app.example.com'], "'https://app.example.com'"],
    [['https://app.example.com', 'https://b.example.com'], 'method.request.header.Origin'],
  ])('with the origins %j a page may read it by %s', (origins, header) => {
    for (const { responseParameters } of gatewayResponses(origins)) {
      expect(responseParameters['gatewayresponse.header.access-control-allow-origin']).toBe(header);
    }
  });
});
