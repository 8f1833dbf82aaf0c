import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../dialects/converse.gen.ts';
import { wellFormed } from '../../dialects/well-formed.ts';
import type { CallContext, Surface } from '../backend.ts';
import { reply } from '../wire/body.ts';
import { label } from '../wire/endpoint.ts';
import { events } from '../wire/events.ts';
import { isObject } from '../wire/json.ts';
import { malformed } from '../wire/own-failures.ts';
import { service } from './failures.ts';
import { createFrameReader } from './frames.ts';
import { pipeThrough } from './pipe.ts';
import { begun, reading, refused, type Operation, type Send } from './send.ts';

type Converse = Required<Surface<ConverseRequest, ConverseResponse, ConverseEvent>>;

/** Converse and ConverseStream, translated to and passed through. */
export function converse(send: Send): Converse {
  return {
    async call(request, context) {
      const sent = await send(operation('converse', wellFormed(JSON.stringify(request)), context), context);
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return refused(sent.value, context);
      const outcome = await reply(sent.value, reading(context));
      if (!outcome.ok) return outcome;
      const { value } = outcome;
      return isConverseResponse(value)
        ? { ok: true, value }
        : malformed(service, 'has no output message, stop reason or usage');
    },
    async open(request, context) {
      const sent = await send(operation('converse-stream', wellFormed(JSON.stringify(request)), context), context);
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return refused(sent.value, context);
      return begun(await events(sent.value, createFrameReader(), reading(context)), context);
    },
    pipe({ body, stream }, context) {
      return stream
        ? pipeThrough(send, operation('converse-stream', body, context), { context, last })
        : pipeThrough(send, operation('converse', body, context), { context });
    },
  };
}

/** What a whole stream ends with: usage comes after the stop, and a stream without it is still an answer. */
const last: ReadonlySet<string> = new Set(['messageStop', 'metadata']);

function operation(name: string, body: string | Uint8Array, { model }: CallContext): Operation {
  return { method: 'POST', path: `/model/${label(model)}/${name}`, body };
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
