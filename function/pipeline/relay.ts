import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import type { HttpResponse, StreamBody } from '../http-values.ts';
import { json } from '../http/json.ts';
import { writeStream } from '../http/stream-writer.ts';
import type { Reason, RequestContext } from '../request-context.ts';
import { admit } from './admission.ts';
import { checkAddresses } from './bucket-traces.ts';
import type { ClientProtocol } from './client-protocol.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import { failover, type Candidates, type Progress } from './failover.ts';
import type { Asked, Metered } from './meter.ts';
import type { OpenedStream, Results } from './prepared-call.ts';
import { record } from './record.ts';
import type { ModelEndpoint, ModelRequest } from './route.ts';
import { prepareCall } from './routing.ts';
import { isRefusal, spentOf, type EndedRequest } from './spent.ts';
import { loggedName } from './target-label.ts';

/**
 * How long the status waits for upstream's first event, in milliseconds. After that a stream begins with 200 and comments, so that a
 * model which thinks for minutes outlives every idle limit on the way.
 */
const firstEventTimeoutMs = 60_000;

/**
 * Takes a model request through the whole sequence: read, admit, prepare, ask (again, or another target), answer. Throws the ApiError
 * that says why it may not go on.
 */
export async function relay<Body>(endpoint: ModelEndpoint<Body>, context: RequestContext): Promise<HttpResponse> {
  const { services, invocation, entry, unlogged } = context;
  const { name, body } = endpoint.read(context);
  const { key, targets, isMapped } = await admit(name, context);
  await checkAddresses(context, { stackPays: targets.some(({ credential }) => credential.kind === 'stack') });
  const stream = endpoint.wantsStream(body);
  entry.model = loggedName(name, key);
  const model = (unlogged.model = key ?? name);
  entry.stream = stream;
  const until = stream ? invocation.streamUntil : invocation.answerBy;
  const deadline = startDeadline({ hangUp: context.request.signal, until, now: services.now });
  const stamp = stampOf(endpoint, context);
  const { client } = endpoint;
  const request: ModelRequest<Body> = {
    context,
    client,
    name,
    body,
    isMapped,
    stream,
    stamp,
    signal: deadline.signal,
  };
  let isHandedOver = false;
  try {
    const [first, ...others] = targets;
    const call = await prepareCall(endpoint, request, first);
    const metering = meter(endpoint, request, { model, targets });
    const metered = metering && (await metering);
    const candidates = { endpoint, request, deadline, others, metered };
    const progress: Progress = { ...untried, call, target: first.target };
    const response = await (stream ? streamed(candidates, progress, deadline) : whole(candidates, progress));
    isHandedOver = typeof response.body === 'function';
    return response;
  } finally {
    if (!isHandedOver) deadline.end();
  }
}

/** Where a request stands before anybody was asked. */
const untried = {
  reason: 'primary',
  attempts: 0,
  throttles: 0,
  retries: 0,
  fallbacks: 0,
  isBegun: false,
} as const;

/** Begins to count a request. Undefined where nobody counts it; rejects with the ApiError 429 or 503 that says why it is not sent. */
function meter<Body>(
  { countedAs }: ModelEndpoint<Body>,
  { body, context: { services, caller } }: ModelRequest<Body>,
  named: Pick<Asked, 'model' | 'targets'>,
): Promise<Metered> | undefined {
  return countedAs === 'free' ? undefined : services.meter?.begin(caller, { ...named, countedAs, body });
}

function stampOf<Body>({ idPrefix }: ModelEndpoint<Body>, { services }: RequestContext): ModelRequest<Body>['stamp'] {
  const { now, newId } = services;
  const started = now();
  return {
    id: `${idPrefix}${newId()}`,
    created: Math.floor(started / 1_000),
    elapsedMs: () => now() - started,
  };
}

/**
 * Asks by failover. What is thrown on the way, no failure of upstream, still leaves the target in the log line, and ends the count where
 * no stream has begun that will.
 */
async function asked<Kind extends keyof Results, Body>(
  kind: Kind,
  candidates: Candidates<Body>,
  progress: Progress,
): Promise<Outcome<Results[Kind]>> {
  try {
    return await failover(kind, candidates, progress);
  } catch (error) {
    const ended = { summary: {}, isRefused: error instanceof ApiError };
    await conclude(progress.isBegun ? { ...candidates, metered: undefined } : candidates, progress, ended);
    throw error;
  }
}

/** Tells the log, and whoever counts, what became of a request. */
function conclude<Body>(
  { endpoint, request, metered }: Candidates<Body>,
  progress: Progress,
  ended: EndedRequest,
): Promise<void> | undefined {
  const { summary, end } = ended;
  const { entry, unlogged } = request.context;
  unlogged.progress = progress;
  record(entry, { progress, summary, client: endpoint.client, end });
  return metered?.end(spentOf(progress, ended));
}

async function whole<Body>(candidates: Candidates<Body>, progress: Progress): Promise<HttpResponse> {
  const outcome = await asked('answer', candidates, progress);
  if (!outcome.ok) return failed(outcome.failure, candidates, progress);
  const { value } = outcome;
  await conclude(candidates, progress, { summary: value.summary, isRefused: false });
  if ('refusal' in value) throw value.refusal;
  const headers = { ...value.headers, ...answerHeaders(progress), ...candidates.metered?.headers };
  return 'bytes' in value ? { status: 200, headers, body: value.bytes } : json(value.body, { headers });
}

async function streamed<Body>(
  candidates: Candidates<Body>,
  progress: Progress,
  deadline: Deadline,
): Promise<HttpResponse> {
  const { framing } = candidates.endpoint.client;
  const opening = asked('open', candidates, progress);
  // Without a comment to send, a stream that has not begun cannot begin.
  const outcome = framing.keepAlive === undefined ? await opening : await within(opening, firstEventTimeoutMs);
  progress.isBegun = true;
  if (outcome?.ok === false) return failed(outcome.failure, candidates, progress);
  deadline.handOver();
  return {
    status: 200,
    headers: {
      ...framing.headers,
      ...outcome?.value.headers,
      ...answerHeaders(progress),
      ...candidates.metered?.headers,
    },
    body: streamBody(outcome ?? opening, { candidates, progress, deadline }),
  };
}

interface Streaming<Body> {
  readonly candidates: Candidates<Body>;
  readonly progress: Progress;
  readonly deadline: Deadline;
}

/** The body of a stream that upstream has begun, or is still to begin. */
function streamBody<Body>(
  opening: Outcome<OpenedStream> | Promise<Outcome<OpenedStream>>,
  { candidates, progress, deadline }: Streaming<Body>,
): StreamBody {
  const { request, endpoint } = candidates;
  const { client } = endpoint;
  const { services } = request.context;
  return async (output) => {
    let stream: OpenedStream | undefined;
    let isRefused = false;
    const begin = (outcome: Outcome<OpenedStream>) => {
      isRefused = !outcome.ok && isRefusal(outcome.failure);
      return (stream = streamOf(outcome, client));
    };
    const end = await writeStream(output, {
      flow: opening instanceof Promise ? opening.then(begin) : begin(opening),
      framing: client.framing,
      failed: () => client.failure(gatewayFailure('MalformedReply', '')).event,
      timedOut: () => client.failure(gatewayFailure('TimeoutError', '')).event,
      until: deadline.until,
      now: services.now,
      abort: (reason) => deadline.abort(new DOMException(`The stream ended: ${reason}.`, 'AbortError')),
    });
    deadline.end();
    await conclude(candidates, progress, { summary: stream?.summary ?? {}, end, isRefused });
  };
}

/** Once a stream has begun with 200, a failure is an event of it. */
function streamOf(outcome: Outcome<OpenedStream>, client: ClientProtocol): OpenedStream {
  if (outcome.ok) return outcome.value;
  const { failure } = outcome;
  const { event } = client.failure(failure);
  return { source: once([]), fold: { step: () => [], end: () => [event] }, summary: { failure } };
}

async function* once<Item>(batch: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield batch;
}

/** The value, or undefined when it takes longer than `ms`. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

async function failed<Body>(failure: Failure, candidates: Candidates<Body>, progress: Progress): Promise<HttpResponse> {
  await conclude(candidates, progress, { summary: { failure }, isRefused: isRefusal(failure) });
  const { status, headers, body } = candidates.endpoint.client.failure(failure);
  return json(body, { status, headers: { ...headers, ...candidates.metered?.headers } });
}

/** Reasons that the label does not show: it has the region, Converse, or the fallback itself. */
const toldReasons: ReadonlySet<Reason> = new Set<Reason>(['without-strict', 'without-reasoning']);

/** What the client is told beside the answer: which target gave it and why that one, and what was not honoured. */
function answerHeaders({ call, reason }: Progress): Record<string, string> {
  const headers: Record<string, string> = {
    'x-gateway-target': toldReasons.has(reason) ? `${call.label}; reason=${reason}` : call.label,
  };
  if (call.ignored.length > 0) headers['x-gateway-ignored'] = call.ignored.join(', ');
  return headers;
}
