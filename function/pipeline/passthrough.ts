import type { CallContext, PassthroughAnswer, PassthroughRequest } from '../backends/backend.ts';
import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { Call, LogEntry } from '../request-context.ts';
import { notePassed } from './passthrough-usage.ts';
import type { Answer, Front, Opened, Way } from './prepared-call.ts';

/** What a passing way is made of. */
export interface PipeMaking {
  readonly call: Pick<Call, 'entry'>;
  readonly front: Front;
  readonly passthrough: (request: PassthroughRequest, context: CallContext) => Promise<Outcome<PassthroughAnswer>>;
  /** What is sent, with upstream's own name for the model. */
  readonly body: string | Uint8Array;
  readonly context: CallContext;
  readonly shown: string;
  readonly ignored?: readonly string[];
  /** Whether a stream's bytes so far end between two events; absent where its framing takes no comments. */
  readonly endsEvent?: (bytes: Uint8Array) => boolean;
  /** Notes what the end of the answer says of itself; by default as Chat Completions and Converse say it. */
  readonly note?: (entry: LogEntry, ending: Uint8Array) => void;
}

type Item = Uint8Array | { readonly failure: Failure };

/** A way to a backend that speaks the client's dialect: the body goes as it is, and so does the answer. */
export function pipedWay(making: PipeMaking): Way {
  const { call, front, passthrough, body, context, shown, ignored = [], endsEvent, note = notePassed } = making;

  async function answer(): Promise<Outcome<Answer>> {
    const outcome = await passthrough({ body, stream: false }, context);
    if (!outcome.ok) return outcome;
    const whole = await collected(outcome.value.body);
    if (whole.ok) note(call.entry, whole.value);
    return whole.ok ? { ok: true, value: { bytes: whole.value, headers: headersOf(outcome.value) } } : whole;
  }

  async function open(): Promise<Outcome<Opened>> {
    const outcome = await passthrough({ body, stream: true }, context);
    if (!outcome.ok) return outcome;
    let between = true;
    // Usage is said at the end, which may be cut in two.
    let ending: readonly Uint8Array[] = [];
    const fold = {
      step: (item: Item) => {
        if ('failure' in item) {
          call.entry.error = item.failure.name;
          return [front.failure(item.failure).event];
        }
        between = endsEvent?.(item) ?? false;
        ending = [...ending.slice(-1), item];
        return [item];
      },
      end: () => {
        note(call.entry, Buffer.concat(ending));
        return [];
      },
      between: () => between,
      endsItself: true,
    };
    return { ok: true, value: { source: batches(outcome.value.body), fold, headers: headersOf(outcome.value) } };
  }

  return { shown, ignored, answer, open };
}

function headersOf({ contentType, headers }: PassthroughAnswer): Record<string, string> {
  return { ...headers, 'content-type': contentType };
}

/** As for answers that are read: no model's is longer. */
const longestAnswer = 64 * 1024 * 1024;

const tooLarge = gatewayFailure('MalformedReply', 'The answer is too large.');

/** Held until it is whole: an answer that is cut off must not be a 200. */
async function collected(body: PassthroughAnswer['body']): Promise<Outcome<Uint8Array<ArrayBuffer>>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const item of body) {
    if ('failure' in item) return { ok: false, failure: ofWhole(item.failure) };
    size += item.byteLength;
    // Leaving the loop closes the connection.
    if (size > longestAnswer) return { ok: false, failure: tooLarge };
    chunks.push(item);
  }
  return { ok: true, value: Buffer.concat(chunks) };
}

/** A whole answer is no stream, whatever becomes of it: that it was cut off is a fault in its form. */
function ofWhole(failure: Failure): Failure {
  return failure.name === 'TruncatedStream' ? { ...failure, name: 'MalformedReply' } : failure;
}

async function* batches(body: PassthroughAnswer['body']): AsyncGenerator<readonly Item[]> {
  for await (const item of body) yield [item];
}
