import type { ConverseEvent } from '../../dialects/converse.gen.ts';
import type { Streamed } from '../../dialects/outcome.ts';
import { createFrameReader, type FrameReader, type FrameFormat } from '../wire/frames.ts';
import { isObject } from '../../dialects/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { bedrockErrorFrame, bedrockExceptionFrame, service } from './failures.ts';
import { eventShapes } from './shapes.ts';

/** The format of the frames of ConverseStream. */
export const converseFrames: FrameFormat<string, ConverseEvent> = {
  service,
  payload: (buffer, start, end) => buffer.toString('utf8', start, end),
  event,
  exception: bedrockExceptionFrame,
  error: bedrockErrorFrame,
};

/** Creates a reader for the events of a ConverseStream answer, whose bytes may be cut anywhere. */
export function createBedrockFrameReader(): FrameReader<ConverseEvent> {
  return createFrameReader(converseFrames);
}

function event(type: string, payload: string): Streamed<ConverseEvent> | undefined {
  if (!eventShapes.has(type)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return { failure: gatewayFailure('MalformedReply', `Bedrock sent a ${type} event that is not JSON.`) };
  }
  const tagged = { [type]: value };
  return isEvent(tagged, type)
    ? tagged
    : { failure: gatewayFailure('MalformedReply', `Bedrock sent a malformed ${type} event.`) };
}

function isEvent(tagged: object, type: string): tagged is ConverseEvent {
  const payload: unknown = Reflect.get(tagged, type);
  return isObject(payload) && eventShapes.get(type)?.(payload) === true;
}
