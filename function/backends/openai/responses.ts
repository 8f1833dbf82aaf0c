import { isObject } from '../../dialects/json.ts';
import type { ItemParser, Value } from '../answers/answer-reader.ts';
import type { CallContext, PassedObject, Surface } from '../backend.ts';
import { ChunkReader } from '../sse/chunk-reader.ts';
import { readReply } from '../wire/body.ts';
import { events } from '../wire/events.ts';
import { malformedAnswer, withAnswer } from '../wire/upstream.ts';
import { errorObject, isError } from './error-object.ts';
import type { Post } from './passthrough.ts';

/** The Responses API of a server that has it. Nothing is translated, so fields that are not known here pass as well. */
export function responses(
  post: Post,
  path = '/responses',
): Pick<Surface<PassedObject, PassedObject, PassedObject>, 'call' | 'open'> {
  return {
    async call(request, context) {
      const posted = await post(path, bodyOf(request, context, false), context);
      if (!posted.ok) return posted;
      const { answer, readContext } = posted.value;
      const outcome = await readReply(answer, readContext);
      if (!outcome.ok) return outcome;
      const { value } = outcome;
      const { service } = readContext;
      if (isError(value)) return { ok: false, failure: withAnswer(errorObject(service, value), answer) };
      return Array.isArray(value['output'])
        ? { ok: true, value }
        : malformedAnswer(answer, service, 'is no response of the Responses API');
    },
    async open(request, context) {
      const posted = await post(path, bodyOf(request, context, true), context);
      if (!posted.ok) return posted;
      const { answer, readContext } = posted.value;
      const { service } = readContext;
      return events(answer, new ChunkReader<Value>({ service, parse: parserFor(service) }), readContext);
    },
  };
}

function bodyOf(request: PassedObject, { model }: CallContext, stream: boolean): string {
  return JSON.stringify({ ...request, model, stream });
}

/** An `error` event has its fields at the top, or in an object as other errors. */
function parserFor(service: string): ItemParser<Value> {
  return (value, out) => {
    if (value['type'] === 'error') return errorObject(service, isObject(value['error']) ? value : { error: value });
    out.push(value);
    return undefined;
  };
}
