import type { Payload } from './payloads.ts';
import { bedrockKey, requestHeaders } from './variants.ts';

/** The two edges, and the export of the bundle behind each. */
export type Edge = 'streaming' | 'buffered';

/** What API Gateway would hand over for a conversation, as text: Lambda parses it, and that is part of the cost. */
export function eventText(edge: Edge, payload: Payload, key = bedrockKey): string {
  const headers = { ...usualHeaders, authorization: `Bearer ${key}` };
  return JSON.stringify(edge === 'streaming' ? version1(payload, headers) : version2(payload, headers));
}

const path = '/v1/chat/completions';
const requestId = '5f0c1de2-7a1b-4c57-9f0e-2b9a6f1d3c11';
const usualHeaders = {
  ...requestHeaders,
  host: 'openai.example.com',
  accept: '*/*',
  'user-agent': 'benchmark',
  'x-forwarded-proto': 'https',
};

/** A REST API's event. */
function version1({ chat }: Payload, headers: Readonly<Record<string, string>>): object {
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: 'POST',
    headers,
    multiValueHeaders,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: 'chat/completions' },
    stageVariables: null,
    requestContext: {
      requestId,
      path,
      httpMethod: 'POST',
      stage: 'v1',
      resourcePath: '/{proxy+}',
      protocol: 'HTTP/1.1',
    },
    body: chat.toString(),
    isBase64Encoded: false,
  };
}

/** An HTTP API's event. */
function version2({ chat }: Payload, headers: Readonly<Record<string, string>>): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers,
    requestContext: {
      requestId,
      stage: '$default',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', userAgent: 'benchmark' },
    },
    body: chat.toString(),
    isBase64Encoded: false,
  };
}
