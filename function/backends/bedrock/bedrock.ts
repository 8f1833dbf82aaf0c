import type { Backend, CallContext } from '../backend.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../dialects/converse.gen.ts';
import { refusal, reply } from '../wire/body.ts';
import { malformed } from '../wire/own-failures.ts';
import { controlPlane, type ControlPlane } from './control-plane.ts';
import { label, overridden, regional, type Endpoint } from '../wire/endpoint.ts';
import { errorAnswer, service } from './failures.ts';
import { headers } from './headers.ts';
import { isObject } from '../wire/json.ts';
import { events } from './stream.ts';
import { createTransport, type WireRequest } from '../wire/transport.ts';

/** Amazon Bedrock: its runtime as a backend, and those calls of its control plane that tell what there is. */
export interface Bedrock extends Backend<ConverseRequest, ConverseResponse, ConverseEvent>, ControlPlane {
  /** Opens one connection to the runtime, so that the first request need not wait for it. Never rejects. */
  warm(region: string): Promise<void>;
  /** Closes all connections. */
  close(): void;
}

export interface BedrockOptions {
  /** Base URLs to use instead of AWS's own, as in AWS_ENDPOINT_URL_BEDROCK_RUNTIME and AWS_ENDPOINT_URL_BEDROCK. */
  readonly endpoints?: { readonly runtime?: string | undefined; readonly control?: string | undefined };
}

/**
 * AWS's own client costs more than the whole gateway (docs/performance.md), reads credentials from the environment and keeps
 * the first caller's key; so requests are built here, and a contract test compares them with that client's.
 */
export function createBedrock(options: BedrockOptions = {}): Bedrock {
  const transport = createTransport();
  const runtime = locate('bedrock-runtime', options.endpoints?.runtime);
  const control = locate('bedrock', options.endpoints?.control);

  return {
    dialects: ['converse'],
    async call(request, context) {
      const sent = await transport.send(converse('converse', request, context));
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return { ok: false, failure: await refusal(sent.value, reading(context), errorAnswer) };
      const outcome = await reply(sent.value, reading(context));
      if (!outcome.ok) return outcome;
      const { value } = outcome;
      return isConverseResponse(value) ? { ok: true, value } : malformed(service, 'has no output message, stop reason or usage');
    },
    async open(request, context) {
      const sent = await transport.send(converse('converse-stream', request, context));
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return { ok: false, failure: await refusal(sent.value, reading(context), errorAnswer) };
      return events(sent.value, context.signal);
    },
    ...controlPlane(transport, control),
    warm: (region) => transport.warm(runtime(region).host).catch(() => undefined),
    close: () => transport.close(),
  };

  function converse(operation: string, request: ConverseRequest, context: CallContext): WireRequest {
    const { host, prefix } = runtime(context.region);
    const body = JSON.stringify(request);
    return {
      service,
      host,
      method: 'POST',
      path: `${prefix}/model/${label(context.model)}/${operation}`,
      headers: {
        ...headers(context.credential),
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
      },
      body,
      signal: context.signal,
    };
  }
}

/** The service's endpoint by region; an override is for all regions. */
function locate(service: 'bedrock' | 'bedrock-runtime', url: string | undefined): (region: string) => Endpoint {
  if (url !== undefined && url !== '') {
    const endpoint = overridden(url);
    return () => endpoint;
  }
  const known = new Map<string, Endpoint>();
  return (region) => {
    const endpoint = known.get(region) ?? regional(service, region);
    known.set(region, endpoint);
    return endpoint;
  };
}

/** A 200 without output exists: AWS's framework answers an unknown operation so. */
function isConverseResponse(value: unknown): value is ConverseResponse {
  if (!isObject(value) || typeof value['stopReason'] !== 'string' || !isObject(value['usage'])) return false;
  const { output } = value;
  const message = isObject(output) ? output['message'] : undefined;
  const content = isObject(message) ? message['content'] : undefined;
  return Array.isArray(content) && content.every(isBlock);
}

/** Those blocks that are read must have what is read of them; other kinds pass. */
function isBlock(block: unknown): boolean {
  return isObject(block) && Object.entries(block).every(([kind, value]) => blocks.get(kind)?.(value) ?? true);
}

const blocks: ReadonlyMap<string, (value: unknown) => boolean> = new Map<string, (value: unknown) => boolean>([
  ['text', (value) => typeof value === 'string'],
  [
    'toolUse',
    (value) => isObject(value) && typeof value['toolUseId'] === 'string' && typeof value['name'] === 'string',
  ],
  ['reasoningContent', (value) => isObject(value) && isReasoning(value)],
  [
    'citationsContent',
    (value) => isObject(value) && (value['content'] === undefined || Array.isArray(value['content'])),
  ],
]);

function isReasoning({ reasoningText, redactedContent }: Readonly<Record<string, unknown>>): boolean {
  if (redactedContent !== undefined) return typeof redactedContent === 'string';
  return reasoningText === undefined || (isObject(reasoningText) && typeof reasoningText['text'] === 'string');
}
