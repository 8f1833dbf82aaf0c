import { toWellFormed } from '../../dialects/well-formed.ts';
import type { Backend, CallContext, InvokeReply, PassthroughRequest } from '../backend.ts';
import { reply } from '../wire/body.ts';
import { label } from '../wire/endpoint.ts';
import { endsWhole } from './chunks.ts';
import { passThrough } from './passthrough.ts';
import { reading, refused, type Operation, type Send } from './send.ts';

/** Bodies of some models do not say it. */
const inputTokenCount = 'x-amzn-bedrock-input-token-count';

/** All events of a stream have one type: what is in them is the model's own. */
const noLastEvent: ReadonlySet<string> = new Set();

/** InvokeModel: a body of the model's own form, parsed or passed through. */
export function invoke(send: Send): NonNullable<Backend['invoke']> {
  return {
    async call(body, context) {
      const sent = await send(whole({ body: toWellFormed(JSON.stringify(body)) }, context), context);
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return refused(sent.value, context);
      const outcome = await reply(sent.value, reading(context));
      if (!outcome.ok) return outcome;
      const tokens = count(sent.value.headers[inputTokenCount]);
      const value: InvokeReply = { body: outcome.value, ...(tokens !== undefined && { inputTokens: tokens }) };
      return { ok: true, value };
    },
    passthrough(request, context) {
      return request.stream
        ? passThrough(send, streamed(request, context), { context, last: noLastEvent, isEnd: endsWhole })
        : passThrough(send, whole(request, context), { context });
    },
  };
}

/** CountTokens: its body is a request of another operation. */
export function countTokens(send: Send): NonNullable<Backend['countTokens']> {
  return {
    passthrough({ body }, context) {
      return passThrough(
        send,
        { method: 'POST', path: `/model/${label(context.model)}/count-tokens`, body },
        { context },
      );
    },
  };
}

type Invoking = Pick<PassthroughRequest, 'body' | 'headers'>;

function whole({ body, headers = {} }: Invoking, context: CallContext): Operation {
  const path = `/model/${label(context.model)}/invoke`;
  const known = { accept: 'application/json', ...only(headers, invokeHeaders) };
  return { method: 'POST', path, body, headers: { ...known, ...forRecords(context) } };
}

/** Here `accept` is for the event stream, and the chunks in it have a header of their own. */
function streamed({ body, headers = {} }: Invoking, context: CallContext): Operation {
  const path = `/model/${label(context.model)}/invoke-with-response-stream`;
  const known = { 'x-amzn-bedrock-accept': 'application/json', ...only(headers, streamHeaders) };
  return { method: 'POST', path, body, headers: { ...known, ...forRecords(context) } };
}

/** What InvokeModel takes in headers, where Converse has members of its body. */
const operationHeaders: readonly string[] = [
  'content-type',
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-guardrailversion',
  'x-amzn-bedrock-performanceconfig-latency',
  'x-amzn-bedrock-request-metadata',
  'x-amzn-bedrock-service-tier',
  'x-amzn-bedrock-trace',
];
const invokeHeaders = new Set([...operationHeaders, 'accept']);
const streamHeaders = new Set([...operationHeaders, 'x-amzn-bedrock-accept']);

/** The client's headers as far as the list has them. */
function only(given: Readonly<Record<string, string>>, names: ReadonlySet<string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.has(name)));
}

/** What Converse has in its body, as `requestMetadata`. */
function forRecords({ callerId, labels }: CallContext): Readonly<Record<string, string>> {
  if (callerId === undefined && labels === undefined) return {};
  const all = { ...labels, ...(callerId !== undefined && { 'gateway-caller': callerId }) };
  return { 'x-amzn-bedrock-request-metadata': JSON.stringify(all) };
}

function count(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}
