import { randomUUID } from 'node:crypto';
import { asObject, asString, parsed } from '../../json.ts';
import { brokenStreams, delays, strangeAnswers } from '../common/common-faults.ts';
import type { CommonFault } from '../common/fault.ts';
import { FaultReader } from '../common/fault-reader.ts';
import { pieceDelayMs, wholeMs } from '../common/frames.ts';
import { readBody, startServer, textOf, writeRefusal, type Wire } from '../common/server.ts';
import { inPieces } from '../common/tokens.ts';
import { writeFrames, writeWhole } from '../common/write.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';

const maxBodyBytes = 1_000_000;

type Fault = CommonFault & { readonly error?: () => EchoError };

/** Faults of this service, and those that every service can have. A request asks for one by its `metadata`. */
const faults: ReadonlyMap<string, Fault> = new Map(
  Object.entries<Fault>({
    throttle: { about: 'too many requests', error: () => new EchoError(429, 'Too many requests.') },
    ...strangeAnswers,
    ...brokenStreams,
    ...delays,
  }),
);

/** An error of this service: thrown by any rule, and written in one place. */
class EchoError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.body = { error: message };
  }
}

/**
 * An example to copy: `POST /echo` answers `{"text": "…"}` with the same text, as JSON or, with `"stream": true`, as lines of
 * plain text. It is not in the list of `npm start`; a test runs it.
 */
export const exampleSimulator = {
  name: 'example',
  label: 'Example',
  urlVariables: ['EXAMPLE_BASE_URL'],
  start,
} satisfies Simulator;

function start({ keys, log }: Pick<SimulatorContext, 'keys' | 'log'>): Promise<RunningSimulator> {
  const reader = new FaultReader<Fault>({
    faults,
    none: { about: 'nothing goes wrong' },
    refuse: (message) => new EchoError(400, message),
  });
  return startServer(async (wire) => {
    wire.response.setHeader('x-request-id', randomUUID());
    try {
      await echo(wire, { keys, reader });
    } catch (error) {
      writeRefusal(
        wire,
        error instanceof EchoError ? error : new EchoError(500, `The simulator failed: ${String(error)}`),
      );
    }
    log(`example: ${wire.incoming.method} ${wire.incoming.url} ${wire.response.statusCode}\n`);
  });
}

interface Serving extends Pick<SimulatorContext, 'keys'> {
  readonly reader: FaultReader<Fault>;
}

async function echo({ incoming, response }: Wire, { keys, reader }: Serving): Promise<void> {
  const refuse = (): EchoError => new EchoError(413, 'The body is too large.');
  const body = asObject(parsed(textOf(await readBody(incoming, { bytes: maxBodyBytes, refuse })) ?? ''));
  const key = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1];
  if (key === undefined || !keys().includes(key)) throw new EchoError(401, 'The API key is invalid.');
  if (incoming.method !== 'POST' || incoming.url !== '/echo') throw new EchoError(404, 'There is no such operation.');
  const text = asString(body?.['text']);
  if (text === undefined) throw new EchoError(400, 'text must be a string.');
  const asked = reader.read(asObject(body?.['metadata']) ?? {});
  if (asked.fault.error !== undefined) throw asked.fault.error();
  if (asked.fault.raw !== undefined) return asked.fault.raw(response);
  const pieces = inPieces(text, 4);
  if (body?.['stream'] === true) {
    const frames = pieces.map((piece) => ({ bytes: Buffer.from(`${piece}\n`), wait: pieceDelayMs }));
    return await writeFrames(response, { frames, headers: { 'content-type': 'text/plain' } }, asked);
  }
  const bytes = Buffer.from(JSON.stringify({ text }));
  const headers = { 'content-type': 'application/json' };
  await writeWhole(response, { bytes, ms: wholeMs(pieces.length), headers }, asked);
}
