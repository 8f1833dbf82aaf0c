import { endpoints } from '../../function/endpoints/index.ts';
import { aliasesOf } from '../../function/endpoints/paths.ts';
import { errorType } from '../../function/errors.ts';
import { gatewayResponses } from '../../infra/gateway-responses.ts';
import { mcpPath, storagePaths, streamedPaths } from '../../infra/gateway.ts';

const restPaths: readonly string[] = [...streamedPaths, ...storagePaths, mcpPath];

const isOwn = (path: string, key: string) => path === key || path.startsWith(`${key}/`);

/** All paths of an operation, aliases included, without their first slash. */
const pathsOf = ({ path }: Pick<(typeof endpoints)[number], 'path'>) =>
  [path, ...aliasesOf(path)].map((each) => each.slice(1));

test('no mapping key is a prefix of a served path that is not its own, except for /models', () => {
  const served = [...new Set(endpoints.flatMap(pathsOf))];
  const astray = restPaths.flatMap((key) => served.filter((path) => path.startsWith(key) && !isOwn(path, key)));
  // `model` matches these as well. Lists of models are quick and small: either API may serve them.
  expect(astray).toEqual(['models', 'models/:model{.+}']);
});

/** Bedrock operations without a model, and the administration of keys: quick and small answers, which the HTTP API serves. */
const short = /^\/(?:guardrail|guardrail-checks|async-invoke|v1\/organization)(?:\/|$)/;

test('every path of a model operation goes to the streaming API', () => {
  const paths = endpoints.filter(({ method, path }) => method === 'POST' && !short.test(path)).flatMap(pathsOf);
  expect(paths.filter((path) => !restPaths.some((key) => isOwn(path, key)))).toEqual([]);
  // Each key has a path that is served.
  expect(restPaths.filter((key) => !paths.some((path) => isOwn(path, key)))).toEqual([]);
});

describe('errors that the REST API returns itself', () => {
  const responses = gatewayResponses([], false);

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

  test('a body that is too large is refused with what to do instead, in a stack that stores files', () => {
    const templateOf = (storesFiles: boolean) =>
      gatewayResponses([], storesFiles).find(({ responseType }) => responseType === 'REQUEST_TOO_LARGE')
        ?.responseTemplates['application/json'];
    expect(templateOf(true)).toContain('POST /v1/uploads');
    expect(templateOf(true)).toContain('presigned_put');
    expect(templateOf(false)).not.toContain('uploads');
  });

  test('there is one response per type', () => {
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
  ])('with the origins %j, a page may read them by %s', (origins, header) => {
    for (const { responseParameters } of gatewayResponses(origins, false)) {
      expect(responseParameters['gatewayresponse.header.access-control-allow-origin']).toBe(header);
    }
  });
});
