import { isObject } from '../dialects/json.ts';
import { ApiError } from '../errors.ts';
import { jsonValue, readText } from '../http/body.ts';
import { json } from '../http/json.ts';
import type { HttpRequest, HttpResponse } from '../http-values.ts';

/** Messages of one JSON-RPC batch: each may call a model. */
const maxBatchLength = 10;

/** A request's JSON-RPC message or batch, not yet checked against MCP's schemas; or why it is not one. */
export type Messages =
  | { readonly messages: readonly unknown[]; readonly isBatch: boolean }
  | { readonly refusal: HttpResponse };

/** JSON-RPC's codes of errors (JSON-RPC 2.0, section 5.1). */
const codes = { parse: -32_700, invalid: -32_600, noMethod: -32_601 } as const;

/** Reads the JSON-RPC message or batch of a request. */
export function readMessages(request: HttpRequest): Messages {
  try {
    const body = jsonValue(readText(request));
    const isBatch = Array.isArray(body);
    const messages: readonly unknown[] = isBatch ? body : [body];
    const flaw = flawOf(messages);
    return flaw === undefined ? { messages, isBatch } : { refusal: errorOf(400, flaw) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { refusal: errorOf(error.status, { code: codes.parse, message: error.message }) };
  }
}

interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly id?: unknown;
}

function flawOf(messages: readonly unknown[]): RpcError | undefined {
  if (messages.length > maxBatchLength)
    return { code: codes.invalid, message: `A batch has at most ${maxBatchLength} messages.` };
  const ids = messages.flatMap((message) => (isObject(message) && 'id' in message ? [message['id']] : []));
  if (new Set(ids).size < ids.length)
    return { code: codes.invalid, message: 'The requests of a batch must have different ids.' };
  const listening = messages.find((message) => isObject(message) && message['method'] === 'subscriptions/listen');
  if (!isObject(listening)) return undefined;
  return {
    code: codes.noMethod,
    message: 'This server has no subscriptions: nothing that it lists changes.',
    id: listening['id'],
  };
}

function errorOf(status: number, { code, message, id = null }: RpcError): HttpResponse {
  return json({ jsonrpc: '2.0', id, error: { code, message } }, { status });
}
