import type { Backend, CallContext, InvokeReply } from '../backend.ts';
import { reply } from '../wire/body.ts';
import { label } from '../wire/endpoint.ts';
import { pipeThrough } from './pipe.ts';
import { reading, refused, type Operation, type Send } from './send.ts';

/** Bodies of some models do not say it. */
const inputTokenCount = 'x-amzn-bedrock-input-token-count';

/** Where the end of a stream does not show: its events are the model's own. */
const noLastEvent: ReadonlySet<string> = new Set();

/** InvokeModel: a body of the model's own form, parsed or passed through. */
export function invoke(send: Send): NonNullable<Backend['invoke']> {
  return {
    async call(body, context) {
      const sent = await send(whole(JSON.stringify(body), context), context);
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return refused(sent.value, context);
      const outcome = await reply(sent.value, reading(context));
      if (!outcome.ok) return outcome;
      const tokens = count(sent.value.headers[inputTokenCount]);
      const value: InvokeReply = { body: outcome.value, ...(tokens !== undefined && { inputTokens: tokens }) };
      return { ok: true, value };
    },
    pipe({ body, stream, headers = {} }, context) {
      return stream
        ? pipeThrough(send, withHeaders(streamed(body, context), headers), { context, last: noLastEvent })
        : pipeThrough(send, withHeaders(whole(body, context), headers), { context });
    },
  };
}

function whole(body: string | Uint8Array, context: CallContext): Operation {
  const path = `/model/${label(context.model)}/invoke`;
  return { method: 'POST', path, body, headers: { accept: 'application/json', ...forRecords(context) } };
}

/** Here `accept` is for the event stream, and the chunks in it have a header of their own. */
function streamed(body: string | Uint8Array, context: CallContext): Operation {
  const path = `/model/${label(context.model)}/invoke-with-response-stream`;
  return {
    method: 'POST',
    path,
    body,
    headers: { 'x-amzn-bedrock-accept': 'application/json', ...forRecords(context) },
  };
}

/** What InvokeModel takes in headers, where Converse has members of its body. */
const operationHeaders: ReadonlySet<string> = new Set([
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-guardrailversion',
  'x-amzn-bedrock-performanceconfig-latency',
  'x-amzn-bedrock-request-metadata',
  'x-amzn-bedrock-service-tier',
  'x-amzn-bedrock-trace',
]);

/** The client's headers as far as the list has them; the stack's own are over them. */
function withHeaders(operation: Operation, given: Readonly<Record<string, string>>): Operation {
  const known = Object.entries(given).filter(([name]) => operationHeaders.has(name));
  return { ...operation, headers: { ...Object.fromEntries(known), ...operation.headers } };
}

/** What Converse has in its body, as `requestMetadata`. */
function forRecords({ callerId }: CallContext): Readonly<Record<string, string>> {
  if (callerId === undefined) return {};
  return { 'x-amzn-bedrock-request-metadata': JSON.stringify({ 'gateway-caller': callerId }) };
}

function count(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}
