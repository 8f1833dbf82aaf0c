import type { CallContext, PassthroughAnswer, PassthroughRequest } from '../backends/backend.ts';
import { maxReplyBytes } from '../backends/wire/body.ts';
import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { Answer, OpenedStream, PreparedCall } from './prepared-call.ts';
import { summaryOfBytes } from './passthrough-usage.ts';
import type { Route, RoutedRequest, SurfaceName } from './route.ts';
import { targetLabel } from './target-label.ts';
import type { AnswerSummary } from './usage.ts';

/** What is sent to an upstream of the client's dialect. */
export interface PassthroughBody {
  /** With upstream's own name for the model. */
  readonly body: string | Uint8Array;
  /** Header fields of the operation; a backend sends those of its allow list. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of the request fields that are not sent, for `x-gateway-ignored`. */
  readonly ignored?: readonly string[];
  /** What is left of a stream's bytes, which are whole events, for the client; absent for all of them. */
  readonly filter?: (events: Uint8Array) => Uint8Array;
  /** Upstream's id of the model, where it is not the target's own. */
  readonly model?: string;
}

/** How a passthrough call is prepared, labelled and measured. */
export interface PassthroughOptions<Body> {
  /** Prepares what is sent. Throws the ApiError that says why the target cannot take it. */
  readonly body: (routed: RoutedRequest<Body>) => PassthroughBody | Promise<PassthroughBody>;
  /** The surface's name in `x-gateway-target`. */
  readonly label: string | ((routed: RoutedRequest<Body>) => string);
  /** Whether a stream's bytes so far end between two events; absent where its framing has no comments. */
  readonly endsEvent?: (bytes: Uint8Array) => boolean;
  /** What a whole answer says of itself; by default as Chat Completions, Converse and Messages say it at their ends. */
  readonly summary?: (answer: WholeAnswer) => AnswerSummary;
  /** What the last bytes of a stream say of it; the same default. */
  readonly streamSummary?: (ending: Uint8Array) => AnswerSummary;
}

/** A whole answer that passed through. */
export interface WholeAnswer {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Surfaces whose bytes pass through. Those of Responses do not: the IDs in them are replaced. */
type PassingSurface = Exclude<SurfaceName, 'responses' | 'mantle'>;

/** The route to a backend that speaks the client's dialect: the body goes as it is, and so does the answer. */
export function passthrough<Body>(surface: PassingSurface, options: PassthroughOptions<Body>): Route<Body> {
  return {
    kind: 'passthrough',
    surface,
    async prepare(routed) {
      const sent = await options.body(routed);
      const { label } = options;
      const to =
        sent.model === undefined ? routed.to : { ...routed.to, target: { ...routed.to.target, model: sent.model } };
      return passthroughCall(surface, {
        routed,
        sent,
        label: targetLabel(to, typeof label === 'string' ? label : label(routed)),
        options,
      });
    },
  };
}

/** A routed request whose bytes are sent to its target and passed back, and how its usage is read. */
export interface PassthroughCall<Body> {
  readonly routed: RoutedRequest<Body>;
  readonly sent: PassthroughBody;
  readonly label: string;
  readonly options?: Pick<PassthroughOptions<Body>, 'endsEvent' | 'summary' | 'streamSummary'>;
}

/** One call whose bytes pass through. */
export function passthroughCall<Body>(
  surface: PassingSurface,
  { routed, sent, label, options = {} }: PassthroughCall<Body>,
): PreparedCall {
  const { backend, request } = routed;
  const { client } = request;
  const call = sent.model === undefined ? routed.call : { ...routed.call, model: sent.model };
  const { summary = ({ bytes }: WholeAnswer) => summaryOfBytes(bytes), streamSummary = summaryOfBytes } = options;
  const ask = (stream: boolean) => send(backend[surface], { ...sent, stream }, call);

  async function answer(): Promise<Outcome<Answer>> {
    const outcome = await ask(false);
    if (!outcome.ok) return outcome;
    const bytes = await collect(outcome.value.body);
    if (!bytes.ok) return bytes;
    const headers = passthroughHeaders(outcome.value);
    return { ok: true, value: { bytes: bytes.value, headers, summary: summary({ bytes: bytes.value, headers }) } };
  }

  async function open(): Promise<Outcome<OpenedStream>> {
    const outcome = await ask(true);
    if (!outcome.ok) return outcome;
    const stream = new PassthroughStream({
      failure: client.failure,
      endsEvent: options.endsEvent,
      streamSummary,
      filter: sent.filter,
    });
    return {
      ok: true,
      value: {
        source: batches(outcome.value.body),
        fold: stream,
        headers: passthroughHeaders(outcome.value),
        summary: stream.summary,
      },
    };
  }

  return { label, ignored: sent.ignored ?? [], answer, open };
}

function send(
  surface:
    | { passthrough?(request: PassthroughRequest, call: CallContext): Promise<Outcome<PassthroughAnswer>> }
    | undefined,
  request: PassthroughRequest,
  call: CallContext,
): Promise<Outcome<PassthroughAnswer>> {
  if (surface?.passthrough === undefined) throw new Error('a route was taken whose surface the backend does not have');
  return surface.passthrough(request, call);
}

type Item = Uint8Array | { readonly failure: Failure };

/** Passes the bytes of a stream on, and keeps its last ones: they tell the usage. */
class PassthroughStream {
  readonly summary: AnswerSummary = {};
  readonly endsItself = true;
  readonly #options: StreamOptions;
  #isBetween = true;
  // What is said at the end may be cut in two.
  #ending: readonly Uint8Array[] = [];

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  step(item: Item): readonly (object | Uint8Array)[] {
    if ('failure' in item) {
      this.summary.failure = item.failure;
      return [this.#options.failure(item.failure).event];
    }
    this.#isBetween = this.#options.endsEvent?.(item) ?? false;
    this.#ending = [...this.#ending.slice(-1), item];
    return [this.#options.filter?.(item) ?? item];
  }

  end(): readonly [] {
    Object.assign(this.summary, this.#options.streamSummary(Buffer.concat(this.#ending)));
    return [];
  }

  between(): boolean {
    return this.#isBetween;
  }
}

interface StreamOptions {
  readonly failure: (failure: Failure) => { readonly event: object };
  readonly endsEvent: ((bytes: Uint8Array) => boolean) | undefined;
  readonly streamSummary: (ending: Uint8Array) => AnswerSummary;
  readonly filter: PassthroughBody['filter'];
}

async function* batches(body: PassthroughAnswer['body']): AsyncGenerator<readonly Item[]> {
  for await (const item of body) yield [item];
}

/** Header fields of an answer that passes through. */
export function passthroughHeaders({ contentType, headers }: PassthroughAnswer): Record<string, string> {
  return { ...headers, 'content-type': contentType };
}

/** Reads a whole answer. It is held until it is complete: a truncated answer must not be a 200. */
export async function collect(body: PassthroughAnswer['body']): Promise<Outcome<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const item of body) {
    if ('failure' in item) return { ok: false, failure: inWholeAnswer(item.failure) };
    size += item.byteLength;
    // Leaving the loop closes the connection.
    if (size > maxReplyBytes)
      return { ok: false, failure: gatewayFailure('MalformedReply', 'The answer is too large.') };
    chunks.push(item);
  }
  return { ok: true, value: Buffer.concat(chunks) };
}

/** A whole answer is no stream: that it was cut off is a fault in its form. */
function inWholeAnswer(failure: Failure): Failure {
  return failure.name === 'TruncatedStream' ? { ...failure, name: 'MalformedReply' } : failure;
}
