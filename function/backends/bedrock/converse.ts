import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../../dialects/converse.gen.ts';
import { toWellFormed } from '../../dialects/well-formed.ts';
import type { CallContext, Surface } from '../backend.ts';
import { readReply } from '../wire/body.ts';
import { encodeLabel } from '../wire/endpoint.ts';
import { events } from '../wire/events.ts';
import { malformedAnswer } from '../wire/upstream.ts';
import { service } from './failures.ts';
import { createBedrockFrameReader } from './frames.ts';
import { passThroughBedrock } from './passthrough.ts';
import { openedOutcome, readContext, refusalOutcome, type Operation, type Send } from './send.ts';
import { isReply } from './shapes.ts';

type Converse = Required<Surface<ConverseRequest, ConverseResponse, ConverseEvent>>;

/** Converse and ConverseStream, as typed calls and as passthrough. */
export function converse(send: Send): Converse {
  return {
    async call(request, context) {
      const sent = await send(operation('converse', toWellFormed(JSON.stringify(request)), context), context);
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return refusalOutcome(sent.value, context);
      const outcome = await readReply(sent.value, readContext(context));
      if (!outcome.ok) return outcome;
      const { value } = outcome;
      return isConverseResponse(value)
        ? { ok: true, value }
        : malformedAnswer(sent.value, service, 'has no output message, stop reason or usage that could be read');
    },
    async open(request, context) {
      const sent = await send(operation('converse-stream', toWellFormed(JSON.stringify(request)), context), context);
      if (!sent.ok) return sent;
      if (sent.value.statusCode !== 200) return refusalOutcome(sent.value, context);
      return openedOutcome(await events(sent.value, createBedrockFrameReader(), readContext(context)), context);
    },
    passthrough({ body, stream }, context) {
      return stream
        ? passThroughBedrock(send, operation('converse-stream', body, context), { context, last })
        : passThroughBedrock(send, operation('converse', body, context), { context });
    },
  };
}

/** Events of which a complete stream has at least one: usage comes after the stop, and a stream without it is still an answer. */
const last: ReadonlySet<string> = new Set(['messageStop', 'metadata']);

function operation(name: string, body: string | Uint8Array, { model }: CallContext): Operation {
  return { method: 'POST', path: `/model/${encodeLabel(model)}/${name}`, body };
}

function isConverseResponse(value: unknown): value is ConverseResponse {
  return isReply(value);
}
