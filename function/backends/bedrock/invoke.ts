import { toWellFormed } from '../../dialects/well-formed.ts';
import type { Backend, CallContext, InvokeReply, PassthroughRequest } from '../backend.ts';
import { readReply } from '../wire/body.ts';
import { encodeLabel } from '../wire/endpoint.ts';
import { isCompleteStream } from './invoke-stream.ts';
import { passThroughBedrock } from './passthrough.ts';
import { readContext, refusalOutcome, type Operation, type Send } from './send.ts';

/** The header with the count of input tokens, which bodies of some models lack. */
const inputTokenCount = 'x-amzn-bedrock-input-token-count';

/** All events of an InvokeModel stream have one type, so no type marks the last one. */
const noLastEvent: ReadonlySet<string> = new Set();

/** InvokeModel: a body in the model's own form, parsed or passed through. */
export function invoke(send: Send): NonNullable<Backend['invoke']> {
  return {
    async call(body, context) {
      const sent = await send(invokeOperation({ body: toWellFormed(JSON.stringify(body)) }, context), context);
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return refusalOutcome(sent.value, context);
      const outcome = await readReply(sent.value, readContext(context));
      if (!outcome.ok) return outcome;
      const tokens = tokenCount(sent.value.headers[inputTokenCount]);
      const value: InvokeReply = { body: outcome.value, ...(tokens !== undefined && { inputTokens: tokens }) };
      return { ok: true, value };
    },
    passthrough(request, context) {
      return request.stream
        ? passThroughBedrock(send, streamOperation(request, context), {
            context,
            last: noLastEvent,
            isEnd: isCompleteStream,
          })
        : passThroughBedrock(send, invokeOperation(request, context), { context });
    },
  };
}

/** CountTokens, whose body is a request of another operation. */
export function countTokens(send: Send): NonNullable<Backend['countTokens']> {
  return {
    passthrough({ body }, context) {
      return passThroughBedrock(
        send,
        { method: 'POST', path: `/model/${encodeLabel(context.model)}/count-tokens`, body },
        { context },
      );
    },
  };
}

type InvokeRequest = Pick<PassthroughRequest, 'body' | 'headers'>;

function invokeOperation({ body, headers = {} }: InvokeRequest, context: CallContext): Operation {
  const path = `/model/${encodeLabel(context.model)}/invoke`;
  const allowed = { accept: 'application/json', ...headersNamed(headers, invokeHeaders) };
  return { method: 'POST', path, body, headers: { ...allowed, ...metadataHeader(context) } };
}

/** The streaming operation. Here `accept` names the event stream, and the model's chunks have a header of their own. */
function streamOperation({ body, headers = {} }: InvokeRequest, context: CallContext): Operation {
  const path = `/model/${encodeLabel(context.model)}/invoke-with-response-stream`;
  const allowed = { 'x-amzn-bedrock-accept': 'application/json', ...headersNamed(headers, streamHeaders) };
  return { method: 'POST', path, body, headers: { ...allowed, ...metadataHeader(context) } };
}

/** Headers for what Converse has in its body, of InvokeModel and of Anthropic's Messages. */
export const invocationHeaders: readonly string[] = [
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-guardrailversion',
  'x-amzn-bedrock-performanceconfig-latency',
  'x-amzn-bedrock-request-metadata',
  'x-amzn-bedrock-service-tier',
  'x-amzn-bedrock-trace',
];
const invokeHeaders = new Set([...invocationHeaders, 'content-type', 'accept']);
const streamHeaders = new Set([...invocationHeaders, 'content-type', 'x-amzn-bedrock-accept']);

/** The client's headers that are on the list. */
export function headersNamed(
  headers: Readonly<Record<string, string>>,
  names: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.has(name)));
}

/** The header for what Converse has in its body as `requestMetadata`. */
export function metadataHeader({ callerId, labels }: CallContext): Readonly<Record<string, string>> {
  if (callerId === undefined && labels === undefined) return {};
  const all = { ...labels, ...(callerId !== undefined && { 'gateway-caller': callerId }) };
  return { 'x-amzn-bedrock-request-metadata': JSON.stringify(all) };
}

function tokenCount(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}
