import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { HttpResponse, StreamBody } from '../http-values.ts';
import { json } from '../http/json.ts';
import { writeStream } from '../http/stream-writer.ts';
import type { Reason, RequestContext } from '../request-context.ts';
import { admit } from './admission.ts';
import type { ClientProtocol } from './client-protocol.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import { failover, type Candidates, type Progress } from './failover.ts';
import type { OpenedStream, Results } from './prepared-call.ts';
import { record } from './record.ts';
import type { ModelEndpoint, ModelRequest } from './route.ts';
import { prepareCall } from './routing.ts';
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
  const { services, invocation, entry } = context;
  const { name, body } = endpoint.read(context);
  const { key, targets, isMapped } = admit(name, context);
  const stream = endpoint.wantsStream(body);
  entry.model = loggedName(name, key);
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
    const candidates = { endpoint, request, deadline, others };
    const progress: Progress = { call, reason: 'primary', attempts: 0, isBegun: false };
    const response = await (stream ? streamed(candidates, progress, deadline) : whole(candidates, progress));
    isHandedOver = typeof response.body === 'function';
    return response;
  } finally {
    if (!isHandedOver) deadline.end();
  }
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

/** Asks by failover. What is thrown on the way, no failure of upstream, still leaves the target in the log line. */
async function asked<Kind extends keyof Results, Body>(
  kind: Kind,
  candidates: Candidates<Body>,
  progress: Progress,
): Promise<Outcome<Results[Kind]>> {
  try {
    return await failover(kind, candidates, progress);
  } catch (error) {
    const { request, endpoint } = candidates;
    record(request.context.entry, { progress, summary: {}, client: endpoint.client });
    throw error;
  }
}

async function whole<Body>(candidates: Candidates<Body>, progress: Progress): Promise<HttpResponse> {
  const outcome = await asked('answer', candidates, progress);
  if (!outcome.ok) return failed(outcome.failure, candidates, progress);
  const { value } = outcome;
  const { endpoint, request } = candidates;
  record(request.context.entry, { progress, summary: value.summary, client: endpoint.client });
  if ('refusal' in value) throw value.refusal;
  const headers = { ...value.headers, ...answerHeaders(progress) };
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
    headers: { ...framing.headers, ...outcome?.value.headers, ...answerHeaders(progress) },
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
  const { entry, services } = request.context;
  return async (output) => {
    let stream: OpenedStream | undefined;
    const begin = (outcome: Outcome<OpenedStream>) => (stream = streamOf(outcome, client));
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
    record(entry, { progress, summary: stream?.summary ?? {}, client, end });
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

function failed<Body>(failure: Failure, { endpoint, request }: Candidates<Body>, progress: Progress): HttpResponse {
  const { client } = endpoint;
  record(request.context.entry, { progress, summary: { failure }, client });
  const { status, headers, body } = client.failure(failure);
  return json(body, { status, headers });
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
