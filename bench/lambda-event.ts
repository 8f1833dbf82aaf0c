import type { Payload } from './payloads.ts';
import { bedrockKey, requestHeaders } from './variants.ts';

/** The two edges, and the export of the bundle behind each. */
export type Edge = 'streaming' | 'buffered';

/** What API Gateway would hand over for a conversation, as text: Lambda parses it, and that is part of the cost. */
export function eventText(edge: Edge, payload: Payload, key = bedrockKey): string {
  const headers = { ...usualHeaders, authorization: `Bearer ${key}` };
  if (edge === 'streaming') return restEvent({ method: 'POST', path, headers, body: payload.chat.toString() });
  return JSON.stringify(version2(payload, headers));
}

/** A request that reaches a function through a REST API. */
export interface RestRequest {
  readonly method: 'GET' | 'POST';
  /** Begins with /v1/. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or bytes of a binary media type; absent for an empty body. */
  readonly body?: string | Buffer;
}

const path = '/v1/chat/completions';
const requestId = '5f0c1de2-7a1b-4c57-9f0e-2b9a6f1d3c11';
/** What clients and the edge send with every request. */
export const usualHeaders = {
  ...requestHeaders,
  host: 'openai.example.com',
  accept: '*/*',
  'user-agent': 'benchmark',
  'x-forwarded-proto': 'https',
};

/** A REST API's event, as text. */
export function restEvent({ method, path: requested, headers, body }: RestRequest): string {
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return JSON.stringify({
    resource: '/{proxy+}',
    path: requested,
    httpMethod: method,
    headers,
    multiValueHeaders,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: requested.slice('/v1/'.length) },
    stageVariables: null,
    requestContext: {
      requestId,
      path: requested,
      httpMethod: method,
      stage: 'v1',
      resourcePath: '/{proxy+}',
      protocol: 'HTTP/1.1',
    },
    body: Buffer.isBuffer(body) ? body.toString('base64') : (body ?? null),
    isBase64Encoded: Buffer.isBuffer(body),
  });
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
