import { signedHeaders } from '../backends/stack/signature.ts';
import { readReply, refusal } from '../backends/wire/body.ts';
import { endpointResolver, hostHeader } from '../backends/wire/endpoint.ts';
import { createTransport } from '../backends/wire/transport.ts';
import type { RoleCredentials } from '../config.ts';
import { isObject } from '../dialects/json.ts';

/** What DynamoDB answers a call with. */
export interface DynamoDbAnswer {
  /** The name of the error, such as `ConditionalCheckFailedException`; absent where the call was done. */
  readonly error?: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Calls an operation, such as `UpdateItem`. Rejects where there is no answer. */
export type CallDynamoDb = (operation: string, input: object) => Promise<DynamoDbAnswer>;

/** Where and as whom DynamoDB is called. */
export interface CallOptions {
  readonly region: string;
  /** Credentials of the function's own role. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own. */
  readonly endpoint?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A call that got no answer. */
export class NoAnswer extends Error {
  constructor(name: string) {
    super('DynamoDB did not answer.');
    this.name = name;
  }
}

const service = 'DynamoDB';

const contentType = 'application/x-amz-json-1.0';

/** A request waits for no call longer than this; DynamoDB answers within some ten milliseconds. */
const timeoutMs = 2_000;

/** Makes calls over the transport of the calls to models, at less than half of the CPU that AWS's own client takes. Opens no connection. */
export function dynamoDbCaller({ region, credentials, endpoint, now }: CallOptions): CallDynamoDb {
  const transport = createTransport();
  const endpointOf = endpointResolver('dynamodb', endpoint);

  return async (operation, input) => {
    const { host, prefix } = endpointOf(region);
    const body = JSON.stringify(input);
    const path = `${prefix}/`;
    const unsigned = {
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    const headers = signedHeaders(
      { method: 'POST', host: hostHeader(host), path, headers: unsigned, body },
      { credentials, service: 'dynamodb', region, now: now() },
    );
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = await transport.send({ service, host, method: 'POST', path, headers, body, signal });
    if (!sent.ok) throw new NoAnswer(sent.failure.name);
    if (sent.value.statusCode === 200) {
      const reply = await readReply(sent.value, { service, signal });
      if (!reply.ok) throw new NoAnswer(reply.failure.name);
      return { fields: reply.value };
    }
    let fields: DynamoDbAnswer['fields'] = {};
    const { name } = await refusal(sent.value, { service, signal }, ({ status, text }) => {
      fields = parsed(text);
      return { name: errorName(fields['__type']) ?? `Status${status}`, status, message: '' };
    });
    return { error: name, fields };
  };
}

function parsed(text: string): DynamoDbAnswer['fields'] {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException` without its namespace. */
function errorName(type: unknown): string | undefined {
  return typeof type === 'string' ? /(?:^|#)(\w{1,100})$/.exec(type)?.[1] : undefined;
}
