import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Outcome } from '../dialects/outcome.ts';
import { writeStream } from '../http/stream-writer.ts';
import { json } from '../http/json.ts';
import type { ClientFailure } from '../translate/translation.ts';
import { attempt, type Order, type Progress } from './failover.ts';
import type { Call } from '../request-context.ts';
import { lifetime, type Lifetime } from './deadline.ts';
import { loggedName } from './target-label.ts';
import type { Answer, Front, Opened, Way } from './prepared-call.ts';
import type { HttpResponse, StreamBody } from '../http-values.ts';

/** What the order of attempts hangs on. */
interface Asking {
  readonly region: string;
  /** Whether it is the target before it in another region. */
  readonly failover?: true;
}

/** A request on its way to whatever may answer it. */
export interface Job<Asked extends Asking> {
  readonly call: Call;
  readonly front: Front;
  readonly stream: boolean;
  /** What was asked for. */
  readonly name: string;
  /** What may answer, best first. */
  readonly targets: readonly [Asked, ...Asked[]];
  /** Makes the request ready for a target. Throws the ApiError that says why it cannot take it. */
  readonly prepare: (target: Asked, signal: AbortSignal) => Way | Promise<Way>;
}

/**
 * How long the status waits for upstream's first event, in milliseconds. After that a stream begins with 200 and
 * comments, so that a model which thinks for minutes outlives every idle limit on the way.
 */
const patienceMs = 60_000;

/** The whole way of a request, once: prepare → ask, again or another → answer in the client's dialect. */
export async function relay<Asked extends Asking>({
  call,
  front,
  stream,
  name,
  targets,
  prepare,
}: Job<Asked>): Promise<HttpResponse> {
  const { services, invocation, entry } = call;
  const life = lifetime(call.request, stream ? invocation.streamUntil : invocation.answerBy, services.now);
  let handedOn = false;
  try {
    const [first, ...others] = targets;
    const progress: Progress = { way: await prepare(first, life.signal), begun: false };
    const candidates = others.map((target) => ({
      prepare: async () => at(target, await prepare(target, life.signal)),
      failover: target.failover === true,
    }));
    const order: Order = { call, life, others: candidates };
    Object.assign(entry, { model: loggedName(name, services.catalog), stream });
    if (!stream) return await whole(order, progress, { call, front });
    const response = await streamed(order, progress, { call, front, life });
    handedOn = typeof response.body === 'function';
    return response;
  } finally {
    if (!handedOn) life.end();
  }
}

/** A way that says in which region it goes, where that is not the one that callers expect. */
function at(asking: Asking, way: Way): Way {
  if (asking.failover !== true) return way;
  const { shown, instead } = way;
  return {
    ...way,
    shown: `${shown} in ${asking.region}`,
    ...(instead && {
      async instead(failure) {
        const next = await instead(failure);
        return next && at(asking, next);
      },
    }),
  };
}

type Told = Pick<Job<never>, 'call' | 'front'>;

async function whole(order: Order, progress: Progress, { call, front }: Told): Promise<HttpResponse> {
  const outcome = await attempt<Answer>(order, progress, (way) => way.answer());
  if (!outcome.ok) return failed(call, outcome.failure.name, front.failure(outcome.failure));
  const { value } = outcome;
  const headers = { ...value.headers, ...answerHeaders(call, progress.way) };
  return 'bytes' in value ? { status: 200, headers, body: value.bytes } : json(value.body, { headers });
}

async function streamed(
  order: Order,
  progress: Progress,
  { call, front, life }: Told & { life: Lifetime },
): Promise<HttpResponse> {
  const opening = attempt<Opened>(order, progress, (way) => way.open());
  // Without a comment to send, a stream that has not begun cannot begin.
  const outcome = front.framing.keepAlive === undefined ? await opening : await within(opening, patienceMs);
  progress.begun = true;
  if (outcome?.ok === false) return failed(call, outcome.failure.name, front.failure(outcome.failure));
  const flow = outcome ? outcome.value : opening.then((late) => flowOrFailure(late, front, call));
  const body = events(flow, { call, front, life });
  const headers = { ...front.framing.headers, ...outcome?.value.headers, ...answerHeaders(call, progress.way) };
  return { status: 200, headers, body };
}

function events(flow: Opened | Promise<Opened>, { call, front, life }: Told & { life: Lifetime }): StreamBody {
  const { entry, services } = call;
  const log = call.logLater();
  life.handOver();
  // Whoever writes the body may come after a failure.
  if (flow instanceof Promise) flow.catch(() => {});
  return async (output) => {
    const { reason, firstAt, error, cause } = await writeStream(output, {
      flow,
      framing: front.framing,
      failed: () => front.failure(gatewayFailure('MalformedReply', '')).event,
      timedOut: () => front.failure(gatewayFailure('TimeoutError', '')).event,
      until: life.until,
      now: services.now,
      abort: (why) => life.abort(new DOMException(`The stream ended: ${why}.`, 'AbortError')),
    });
    life.end();
    if (firstAt !== undefined) entry.firstTokenMs = firstAt;
    if (reason !== 'complete') entry.ended = reason;
    if (error !== undefined) entry.error ??= front.errorName(error);
    if (cause instanceof Error) entry.error ??= cause.name;
    log();
  };
}

/** The value, or nothing when it takes longer than `ms`. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Once a stream has begun with 200, a refusal is an event of it. */
function flowOrFailure(outcome: Outcome<Opened>, front: Front, { entry }: Call): Opened {
  if (outcome.ok) return outcome.value;
  entry.error = outcome.failure.name;
  const { event } = front.failure(outcome.failure);
  return { source: once([]), fold: { step: () => [], end: () => [event] } };
}

async function* once<Item>(batch: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield batch;
}

function failed({ entry }: Call, name: string, { status, headers, body }: ClientFailure): HttpResponse {
  entry.error = name;
  return json(body, { status, headers });
}

/** What the caller is told beside the answer: who really gave it, and what was not honoured. */
function answerHeaders({ entry }: Call, { shown, ignored }: Way): Record<string, string> {
  entry.target = shown;
  const names = ignored.join(', ');
  return { 'x-gateway-target': shown, ...(names && { 'x-gateway-ignored': names }) };
}
