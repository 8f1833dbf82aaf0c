import type { ServerResponse } from 'node:http';
import type { AskedFault } from '../answer/fault-reader.ts';
import { FIRST_MS, send, sleep, wholeMs } from '../answer/frames.ts';
import type { Fault } from './fault.ts';
import { sseFrames } from './sse.ts';

type Body = Readonly<Record<string, unknown>>;

/** An answer, ready to be written whole or in pieces. */
export interface Written {
  readonly streams: boolean;
  readonly tokens: number;
  readonly reply: () => Body;
  readonly chunks: () => readonly object[];
}

interface Asking {
  readonly asked: AskedFault<Fault>;
  /** Who asked: some messages name it. */
  readonly key: string;
}

/** Whether the fault has answered already: by an error, or by something that is no answer. */
export function struck(response: ServerResponse, { asked: { fault }, key }: Asking): boolean {
  if (fault.error !== undefined) throw fault.error({ key });
  fault.raw?.(response);
  return fault.raw !== undefined;
}

/** Writes an answer, over the time that it takes, with what goes wrong on the way. */
export async function respond(response: ServerResponse, written: Written, asked: AskedFault<Fault>): Promise<void> {
  await (written.streams ? stream : whole)(response, written, asked);
}

async function stream(
  response: ServerResponse,
  { chunks }: Written,
  { fault, argument }: AskedFault<Fault>,
): Promise<void> {
  const frames = sseFrames(chunks());
  await sleep(fault.headerDelay?.(argument) ?? FIRST_MS);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  await send(fault.frames?.(frames, argument) ?? frames, response);
}

async function whole(
  response: ServerResponse,
  { reply, tokens }: Written,
  { fault, argument }: AskedFault<Fault>,
): Promise<void> {
  if (fault.wholeError !== undefined) throw fault.wholeError();
  const body = reply();
  await sleep(fault.wholeDelay?.(argument) ?? wholeMs(tokens));
  const json = JSON.stringify(fault.body?.(body) ?? body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
  if (fault.cutsBody === true) response.write(json.slice(0, json.length / 2), () => response.destroy());
  else response.end(json);
}
