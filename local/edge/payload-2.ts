import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isObject } from '../json.ts';
import { accountId } from '../account.ts';
import type { Arrival } from './arrival.ts';
import { functionHeaders, isStatus, type Header, type Reply } from './reply.ts';
import { header, logTime, type Head } from './request.ts';

/** What comes as text; every other body comes as base64. */
const textMediaTypes = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\s*($|;))/i;

/** The event of an HTTP API, payload format 2.0. */
export function payload2(head: Head, arrival: Arrival, { body, id }: { body: Buffer; id: string }) {
  const { domainName, api } = arrival;
  const path = decoded(arrival.eventPath);
  const cookies = all(head.headers, 'cookie');
  const query = joinValues([...new URLSearchParams(head.query)]);
  const isBase64Encoded = body.byteLength > 0 && !textMediaTypes.test(header(head.headers, 'content-type') ?? '');
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: head.query,
    ...(cookies.length > 0 && { cookies: cookies.flatMap((cookie) => cookie.split(/;\s*/)) }),
    headers: eventHeaders(head.headers, domainName),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId,
      apiId: api.id,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: head.method,
        path,
        protocol: head.protocol,
        sourceIp: head.sourceIp,
        userAgent: header(head.headers, 'user-agent') ?? '',
      },
      requestId: id,
      routeKey: '$default',
      stage: api.stage,
      time: logTime(head.time),
      timeEpoch: head.time,
    },
    ...(body.byteLength > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
  return event;
}

/** What an HTTP API makes of a function's answer; undefined when it can make nothing of it. */
export function reply2(json: string): Reply | undefined {
  const answer: unknown = JSON.parse(json);
  if (!isObject(answer) || answer['statusCode'] === undefined) {
    // An answer without status is the body.
    const body = typeof answer === 'string' ? answer : json;
    return { status: 200, headers: [['content-type', 'application/json']], body };
  }
  const status = Number(answer['statusCode']);
  const body = answer['body'] ?? '';
  if (!isStatus(status) || typeof body !== 'string') return undefined;
  const given = functionHeaders(answer);
  const typed = header(given, 'content-type') !== undefined;
  return {
    status,
    headers: typed ? given : [...given, ['content-type', 'text/plain;charset=utf-8']],
    body: answer['isBase64Encoded'] === true ? Buffer.from(body, 'base64') : body,
  };
}

/** Names in lower case, values of the same name joined; cookies have a place of their own. */
function eventHeaders(sent: readonly Header[], host: string): Record<string, string> {
  const lower = sent.map(([name, value]): Header => [name.toLowerCase(), value]);
  return { ...joinValues(lower.filter(([name]) => name !== 'cookie')), host };
}

function joinValues(pairs: readonly Header[]): Record<string, string> {
  const groups = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.map(([, value]) => value).join(',')]));
}

function all(headers: readonly Header[], name: string): string[] {
  return headers.filter(([candidate]) => candidate.toLowerCase() === name).map(([, value]) => value);
}

/** `rawPath` is not raw: it comes decoded. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
