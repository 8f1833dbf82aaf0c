import type { ServerResponse } from 'node:http';
import type { RequestedFault } from '../common/fault-reader.ts';
import { wholeMs } from '../common/frames.ts';
import { writeFrames, writeWhole } from '../common/write.ts';
import type { Fault } from './fault.ts';
import { sseFrames } from './sse.ts';

type Body = Readonly<Record<string, unknown>>;

/** An answer, ready to be written whole or in pieces. */
export interface WritableAnswer {
  readonly streams: boolean;
  readonly tokens: number;
  readonly reply: () => Body;
  readonly chunks: () => readonly Body[];
}

interface FaultContext {
  readonly asked: RequestedFault<Fault>;
  /** Who asked: some messages name it. */
  readonly key: string;
  readonly request: object;
}

/** Whether the fault has answered already: by an error, or by something that is no answer. */
export function answerWithFault(response: ServerResponse, { asked: { fault }, key, request }: FaultContext): boolean {
  const error = fault.error?.({ key }) ?? fault.refuses?.(request);
  if (error !== undefined) throw error;
  fault.raw?.(response);
  return fault.raw !== undefined;
}

/** Writes an answer, over the time that it takes, with what goes wrong on the way. */
export async function respond(
  response: ServerResponse,
  written: WritableAnswer,
  asked: RequestedFault<Fault>,
): Promise<void> {
  const streams = written.streams && asked.fault.neverStreams !== true;
  await (streams ? stream : whole)(response, written, asked);
}

async function stream(
  response: ServerResponse,
  { chunks }: WritableAnswer,
  asked: RequestedFault<Fault>,
): Promise<void> {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
  const own = chunks();
  await writeFrames(response, { frames: sseFrames(asked.fault.chunks?.(own) ?? own), headers }, asked);
}

async function whole(
  response: ServerResponse,
  { reply, tokens }: WritableAnswer,
  asked: RequestedFault<Fault>,
): Promise<void> {
  const { fault } = asked;
  if (fault.wholeError !== undefined) throw fault.wholeError();
  const body = reply();
  const bytes = Buffer.from(JSON.stringify(fault.body?.(body) ?? body));
  await writeWhole(response, { bytes, ms: wholeMs(tokens), headers: { 'content-type': 'application/json' } }, asked);
}
