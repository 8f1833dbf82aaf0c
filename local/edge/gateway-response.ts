import type { GatewayResponse, RestApi } from '../deployment.ts';
import type { Arrival } from './arrival.ts';
import type { RequestIds } from './payload-1.ts';
import type { Header, Reply } from './reply.ts';
import { header, type Head } from './request.ts';

/** An error that a REST API makes by itself. */
export interface OwnError {
  /** The type of its gateway response. */
  readonly type: string;
  /** What it has unless the gateway response says otherwise. */
  readonly status: number;
  readonly message: string;
}

/** The errors that the emulation knows, with AWS's own status and words. */
export const ownErrors = {
  missingToken: { type: 'MISSING_AUTHENTICATION_TOKEN', status: 403, message: 'Missing Authentication Token' },
  headTooLarge: { type: 'DEFAULT_4XX', status: 431, message: 'Request Header Fields Too Large' },
  tooLarge: { type: 'REQUEST_TOO_LARGE', status: 413, message: 'Request Entity Too Large' },
  throttled: { type: 'THROTTLED', status: 429, message: 'Too Many Requests' },
  timeout: { type: 'INTEGRATION_TIMEOUT', status: 504, message: 'Endpoint request timed out' },
  // A function that fails, or whose answer has not the form that the integration asks for.
  malformed: { type: 'DEFAULT_5XX', status: 502, message: 'Internal server error' },
  // Lambda refuses the call, for one because the function is throttled.
  internal: { type: 'DEFAULT_5XX', status: 500, message: 'Internal server error' },
} as const satisfies Record<string, OwnError>;

/** The request that an error of the API answers. */
export interface ErrorContext {
  readonly api: RestApi;
  readonly head: Head;
  readonly arrival: Arrival;
  readonly ids: RequestIds;
}

/** The answer to an error, as the API declares it. */
export function gatewayReply(error: OwnError, context: ErrorContext): Reply {
  const declared = declaration(error, context.api.gatewayResponses);
  const variables = contextVariables(error, context);
  const [type, template] = choose(declared?.templates ?? {});
  const headers = Object.entries(declared?.headers ?? {}).flatMap(([name, value]): Header[] => {
    const resolved = parameter(value, { variables, head: context.head });
    return resolved === undefined ? [] : [[name, resolved]];
  });
  return {
    status: declared?.status ?? error.status,
    headers: [['content-type', type], ['x-amzn-errortype', error.type], ...headers],
    body: template.replaceAll(/\$context\.([\w.]+)/g, (text, name: string) => variables[name] ?? text),
  };
}

/** The response of its own type, else of its class. */
function declaration(error: OwnError, responses: readonly GatewayResponse[]): GatewayResponse | undefined {
  const own = responses.find(({ type }) => type === error.type);
  const general = error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
  return own ?? responses.find(({ type }) => type === general);
}

const defaultTemplate = '{"message":$context.error.messageString}';

function choose(templates: Readonly<Record<string, string>>): readonly [type: string, template: string] {
  const json = templates['application/json'];
  if (json !== undefined) return ['application/json', json];
  return Object.entries(templates)[0] ?? ['application/json', defaultTemplate];
}

/** A header's value: quoted text, something of the request, or a variable of the context. */
function parameter(
  value: string,
  { variables, head }: { variables: Readonly<Record<string, string>>; head: Head },
): string | undefined {
  const literal = /^'(.*)'$/.exec(value)?.[1];
  if (literal !== undefined) return literal;
  const [, source, name = ''] = /^(context|method\.request\.header)\.(.+)$/.exec(value) ?? [];
  return source === 'context' ? variables[name] : header(head.headers, name.toLowerCase());
}

function contextVariables(error: OwnError, { arrival, head, ids }: ErrorContext): Record<string, string> {
  return {
    'error.message': error.message,
    'error.messageString': JSON.stringify(error.message),
    'error.responseType': error.type,
    'identity.sourceIp': head.sourceIp,
    domainName: arrival.domainName,
    extendedRequestId: ids.extendedRequestId,
    httpMethod: head.method,
    path: arrival.contextPath,
    requestId: ids.requestId,
    stage: arrival.api.stage,
  };
}
