import { isObject } from '../json.ts';
import { accountId } from '../account.ts';
import type { RestApi } from '../deployment.ts';
import type { Arrival } from './arrival.ts';
import { functionHeaders, isStatus, type Header, type Reply } from './reply.ts';
import { header, logTime, type Head } from './request.ts';
import type { Match } from './resources.ts';

/** The ids that API Gateway gives a request. */
export interface RequestIds {
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** What does not reach a function behind a REST API: it stands for the bytes on the wire, and the event has none. */
const droppedHeaders = new Set(['content-length', 'expect']);

/** The event of a REST API, payload format 1.0: the same for streamed integrations. */
export function payload1(
  head: Head,
  { arrival, match, api }: { arrival: Arrival; match: Match; api: RestApi },
  { body, ids }: { body: Buffer; ids: RequestIds },
): object {
  const pairs = head.headers.filter(([name]) => !droppedHeaders.has(name.toLowerCase()));
  const named = arrival.lowerCaseHeaders ? pairs.map(([name, value]): Header => [name.toLowerCase(), value]) : pairs;
  const headers = named.map(([name, value]): Header => [
    name,
    name.toLowerCase() === 'host' ? arrival.domainName : value,
  ]);
  const query = [...new URLSearchParams(head.query)];
  const isBase64Encoded = body.byteLength > 0 && isBinary(api, header(head.headers, 'content-type'));
  return {
    resource: match.resource.path,
    path: arrival.eventPath,
    httpMethod: head.method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: groupByName(headers),
    queryStringParameters: query.length > 0 ? Object.fromEntries(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? groupByName(query) : null,
    pathParameters: match.parameters,
    stageVariables: null,
    requestContext: requestContext(head, { arrival, match }, ids),
    body: body.byteLength > 0 ? body.toString(isBase64Encoded ? 'base64' : 'utf8') : null,
    isBase64Encoded,
  };
}

function requestContext(head: Head, { arrival, match }: { arrival: Arrival; match: Match }, ids: RequestIds): object {
  const { domainName, api, contextPath } = arrival;
  return {
    accountId,
    apiId: api.id,
    deploymentId: api.id.slice(0, 6),
    domainName,
    domainPrefix: domainName.split('.')[0] ?? '',
    extendedRequestId: ids.extendedRequestId,
    httpMethod: head.method,
    identity: identity(head),
    path: contextPath,
    protocol: head.protocol,
    requestId: ids.requestId,
    requestTime: logTime(head.time),
    requestTimeEpoch: head.time,
    resourceId: match.resource.id,
    resourcePath: match.resource.path,
    stage: api.stage,
  };
}

/** Null is what belongs to ways of authentication that the API does not use. */
function identity(head: Head): object {
  return {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: head.sourceIp,
    user: null,
    userAgent: header(head.headers, 'user-agent') ?? null,
    userArn: null,
  };
}

/** What a REST API makes of a whole answer; undefined when the form is not the one that it asks for. */
export function reply1(json: string): Reply | undefined {
  const answer: unknown = JSON.parse(json);
  if (!isObject(answer)) return undefined;
  const status = Number(answer['statusCode'] ?? 200);
  const body = answer['body'] ?? '';
  if (!isStatus(status) || typeof body !== 'string') return undefined;
  return {
    status,
    headers: restHeaders(functionHeaders(answer)),
    body: answer['isBase64Encoded'] === true ? Buffer.from(body, 'base64') : body,
  };
}

/** A REST API renames what it sets itself, and gives every answer a type. */
const remappedHeaders = new Set([
  'authorization',
  'host',
  'server',
  'user-agent',
  'www-authenticate',
  'x-amzn-requestid',
]);

/** Headers of an answer as a REST API passes them on: some get the prefix `x-amzn-Remapped-`, and `content-type` is `application/json` when absent. */
export function restHeaders(given: readonly Header[]): Header[] {
  const renamed = given.map(([name, value]): Header =>
    remappedHeaders.has(name.toLowerCase()) ? [`x-amzn-Remapped-${name}`, value] : [name, value],
  );
  return header(given, 'content-type') === undefined ? [...renamed, ['content-type', 'application/json']] : renamed;
}

function groupByName(pairs: readonly Header[]): Record<string, string[]> {
  const groups = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.map(([, value]) => value)]));
}

function isBinary({ binaryMediaTypes }: RestApi, type: string | undefined): boolean {
  const plain = (type ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return binaryMediaTypes.some((binary) => binary === '*/*' || binary.toLowerCase() === plain);
}
