import type { Outcome } from '../../dialects/outcome.ts';
import type { PassthroughAnswer } from '../backend.ts';
import { encodeLabel } from '../wire/endpoint.ts';
import { openGate, passthroughAnswer } from '../wire/passthrough.ts';
import { answerHeaders } from './passthrough.ts';
import { allowedQuery } from './query.ts';
import { openedOutcome, readContext, refusalOutcome, type BedrockContext, type Send } from './send.ts';

/** One operation of bedrock-runtime, as its service model has it. */
export interface RuntimeOperation {
  readonly method: 'GET' | 'POST';
  /**
   * The path as a pattern of the routing table (`http/router.ts`). Its parameters are the operation's labels; one that may be an ARN takes
   * slashes.
   */
  readonly path: string;
  /** Where the operation names its model; absent where it names none. */
  readonly model?: 'path' | 'body';
  /** The label that may be an ARN, whose region decides where the call goes. */
  readonly arn?: string;
  /** The operation's query parameters. */
  readonly query?: readonly string[];
}

/** Every operation that an API key can call. Model ids have `:` and `/`, which clients encode and edges decode. */
export const runtimeOperations = {
  Converse: { method: 'POST', path: '/model/:model{.+}/converse', model: 'path' },
  ConverseStream: { method: 'POST', path: '/model/:model{.+}/converse-stream', model: 'path' },
  InvokeModel: { method: 'POST', path: '/model/:model{.+}/invoke', model: 'path' },
  InvokeModelWithResponseStream: {
    method: 'POST',
    path: '/model/:model{.+}/invoke-with-response-stream',
    model: 'path',
  },
  CountTokens: { method: 'POST', path: '/model/:model{.+}/count-tokens', model: 'path' },
  ApplyGuardrail: {
    method: 'POST',
    path: '/guardrail/:guardrailIdentifier{.+}/version/:guardrailVersion/apply',
    arn: 'guardrailIdentifier',
  },
  InvokeGuardrailChecks: { method: 'POST', path: '/guardrail-checks/invoke' },
  StartAsyncInvoke: { method: 'POST', path: '/async-invoke', model: 'body' },
  ListAsyncInvokes: {
    method: 'GET',
    path: '/async-invoke',
    query: ['submitTimeAfter', 'submitTimeBefore', 'statusEquals', 'maxResults', 'nextToken', 'sortBy', 'sortOrder'],
  },
  GetAsyncInvoke: { method: 'GET', path: '/async-invoke/:invocationArn{.+}', arn: 'invocationArn' },
} as const satisfies Readonly<Record<string, RuntimeOperation>>;

/** The names of the Bedrock operations that pass through. */
export type RuntimeOperationName = keyof typeof runtimeOperations;

/** The variable parts of one call of an operation. */
export interface OperationCall {
  readonly name: RuntimeOperationName;
  /** Returns the decoded value of a label. */
  readonly label: (name: string) => string;
  /** The raw query string without the question mark; only the operation's own parameters are forwarded. */
  readonly query?: string;
  readonly body?: string | Uint8Array;
}

/** Calls an operation and returns the bytes of its whole answer. */
export type Operate = (call: OperationCall, context: BedrockContext) => Promise<Outcome<PassthroughAnswer>>;

/** Calls a Bedrock operation with the path, the known query parameters and the body of the request. */
export function operate(send: Send): Operate {
  return async ({ name, label: valueOf, query = '', body }, context) => {
    const operation: RuntimeOperation = runtimeOperations[name];
    const path = `${wirePath(operation, valueOf)}${allowedQuery(query, operation.query ?? [])}`;
    const sent = await send({ method: operation.method, path, ...(body !== undefined && { body }) }, context);
    if (!sent.ok) return sent;
    if (sent.value.statusCode !== 200) return refusalOutcome(sent.value, context);
    return openedOutcome(
      await passthroughAnswer(sent.value, { gate: openGate, headers: answerHeaders }, readContext(context)),
      context,
    );
  };
}

function wirePath({ path }: RuntimeOperation, valueOf: OperationCall['label']): string {
  return path.replaceAll(/:(\w+)(?:\{\.\+\})?/g, (_pattern, name: string) => encodeLabel(valueOf(name)));
}
