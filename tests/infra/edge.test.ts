import { endpoints } from '../../function/endpoints/index.ts';
import { aliasesOf } from '../../function/endpoints/paths.ts';
import { errorType } from '../../function/errors.ts';
import { gatewayResponses } from '../../infra/gateway-responses.ts';
import { streamedPaths } from '../../infra/gateway.ts';

const isOwn = (path: string, key: string) => path === key || path.startsWith(`${key}/`);

/** Every path of an operation, without its first slash: its own, and its aliases. */
const pathsOf = ({ path }: Pick<(typeof endpoints)[number], 'path'>) =>
  [path, ...aliasesOf(path)].map((each) => each.slice(1));

test('no mapping key is a prefix of a served path that is not its own, except for /models', () => {
  const served = [...new Set(endpoints.flatMap(pathsOf))];
  const astray = streamedPaths.flatMap((key) => served.filter((path) => path.startsWith(key) && !isOwn(path, key)));
  // `model` takes these as well. Listing models is short and whole: it may land on either API.
  expect(astray).toEqual(['models', 'models/:model{.+}']);
});

/** Operations of Bedrock that no model answers: seconds and kilobytes, which the HTTP API carries. */
const short = /^\/(?:guardrail|guardrail-checks|async-invoke)(?:\/|$)/;

test('every operation of a model is streamed by each of its paths', () => {
  const asked = endpoints.filter(({ method, path }) => method === 'POST' && !short.test(path)).flatMap(pathsOf);
  expect(asked.filter((path) => !streamedPaths.some((key) => isOwn(path, key)))).toEqual([]);
  // Each key is there for something that is served.
  expect(streamedPaths.filter((key) => !asked.some((path) => isOwn(path, key)))).toEqual([]);
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
      expect(response.responseParameters['gatewayresponse.header.x-content-type-options']).toBe("'nosniff'");
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
    [['http://localhost:*'], 'method.request.header.Origin'],
  ])('with the origins %j a page may read it by %s', (origins, header) => {
    for (const { responseParameters } of gatewayResponses(origins)) {
      expect(responseParameters['gatewayresponse.header.access-control-allow-origin']).toBe(header);
    }
  });
});
