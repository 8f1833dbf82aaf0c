import type { Caller } from '../auth/caller.ts';
import type { Target } from '../catalog/catalog.ts';
import type { ConverseEvent, ConverseRequest, ConverseResponse } from '../dialects/converse.gen.ts';
import type { Outcome } from '../dialects/outcome.ts';
import type { ErrorBody } from '../errors.ts';
import { json } from '../http/json.ts';
import { eventStream } from '../http/walk.ts';
import { sseHeaders } from '../http/sse.ts';
import type { ClientFailure, Numbered, Translation } from '../translate/translation.ts';
import { attempt, prepare, type Order, type Prepared, type Progress } from './attempts.ts';
import { callAll, openAll, type Items } from './calls.ts';
import type { Call, MediaUrl } from './endpoint.ts';
import { lifetime } from './lifetime.ts';
import { noteEvent, noteReplies } from './meter.ts';

/** A request of some dialect, validated, on its way to models that speak Converse. */
export interface Job<Request, Reply, Event, Plan, State> {
  readonly call: Call;
  readonly caller: Caller;
  readonly request: Request;
  readonly stream: boolean;
  /** What was asked for, and what may answer it, best first. */
  readonly name: string;
  readonly targets: readonly Target[];
  readonly mediaUrls: readonly MediaUrl[];
  readonly translation: Translation<
    Request,
    Reply,
    Event,
    ConverseRequest,
    ConverseResponse,
    ConverseEvent,
    Plan,
    State
  >;
}

/**
 * How long the status waits for upstream's first event, in milliseconds. After that a stream begins with 200 and
 * comments, so that a model which thinks for minutes outlives every idle limit on the way.
 */
const patienceMs = 60_000;

/** The whole way of a request, once: resolve → translate → backend → translate. */
export async function relay<Request, Reply, Event, Plan, State>(
  job: Job<Request, Reply, Event, Plan, State>,
): Promise<Response> {
  const { call, caller, request, stream, targets, translation } = job;
  const { services, invocation, entry } = call;
  const life = lifetime(call.request, stream ? invocation.streamUntil : invocation.answerBy, services.now);
  let handedOn = false;
  try {
    const media = await services.fetchMedia(job.mediaUrls, life.signal);
    const order = { call, caller, request, targets, media, life, translate: translation.request };
    const stamp = { id: services.newId(), created: Math.floor(services.now() / 1000) };
    const [target] = targets;
    if (!target) throw new Error('the catalog resolved a name to no target');
    const progress = { prepared: await prepare(order, target, stamp), begun: false };
    Object.assign(entry, { model: withoutArn(job.name), stream });
    if (!stream) return await answer(job, order, progress);
    const response = await streamed(job, order, progress);
    handedOn = response.ok;
    return response;
  } finally {
    if (!handedOn) life.end();
  }
}

async function answer<Request, Reply, Event, Plan, State>(
  { call, translation }: Job<Request, Reply, Event, Plan, State>,
  order: Order<Request, Plan>,
  progress: Progress<Request, Plan>,
): Promise<Response> {
  const { bedrock } = call.services;
  const outcome = await attempt(order, progress, ({ translated, context }) => callAll(bedrock, translated, context));
  if (!outcome.ok) return failed(call, outcome.failure.name, translation.failure(outcome.failure));
  noteReplies(call.entry, outcome.value);
  const { exchange, translated } = progress.prepared;
  const reply = translation.reply(outcome.value, exchange, translated.plan);
  return json(reply, { headers: answerHeaders(call, progress.prepared) });
}

async function streamed<Request, Reply, Event, Plan, State>(
  job: Job<Request, Reply, Event, Plan, State>,
  order: Order<Request, Plan>,
  progress: Progress<Request, Plan>,
): Promise<Response> {
  const { call, translation } = job;
  const opening = attempt(order, progress, (prepared) => openItems(job, prepared));
  const outcome = await within(opening, patienceMs);
  progress.begun = true;
  if (outcome?.ok === false) return failed(call, outcome.failure.name, translation.failure(outcome.failure));
  const source = outcome ? outcome.value : opening.then(itemsOrFailure);
  const body = events(job, order, { prepared: progress.prepared, source });
  return new Response(body, { headers: { ...sseHeaders, ...answerHeaders(call, progress.prepared) } });
}

/** A model that cannot stream this request is called, and its reply told as the events it would have been. */
async function openItems<Request, Reply, Event, Plan, State>(
  { call, translation }: Job<Request, Reply, Event, Plan, State>,
  { translated, context }: Prepared<Request, Plan>,
): Promise<Outcome<Items<ConverseEvent>>> {
  const { bedrock } = call.services;
  if (translated.streams) return openAll(bedrock, translated, context);
  const outcome = await callAll(bedrock, translated, context);
  if (!outcome.ok) return outcome;
  const replayed = outcome.value.flatMap((reply, choice) =>
    translation.replay(reply).map((item) => ({ choice, item })),
  );
  return { ok: true, value: once(replayed) };
}

function events<Request, Reply, Event, Plan, State>(
  { call, translation }: Job<Request, Reply, Event, Plan, State>,
  { life }: Order<Request, Plan>,
  {
    prepared,
    source,
  }: { prepared: Prepared<Request, Plan>; source: Items<ConverseEvent> | Promise<Items<ConverseEvent>> },
): ReadableStream<Uint8Array> {
  const { entry, services } = call;
  const log = call.logLater();
  life.handOver();
  const steps = translation.stream;
  const state = steps.begin({ exchange: prepared.exchange, plan: prepared.translated.plan });
  return eventStream<Numbered<ConverseEvent>>({
    source,
    fold: {
      step: (numbered) => {
        noteEvent(entry, numbered.item);
        return steps.step(state, numbered);
      },
      end: () => steps.end(state),
    },
    isError: (event) => {
      if (!isErrorBody(event)) return false;
      entry.error ??= event.error.code ?? event.error.type;
      return true;
    },
    failed: () => translation.failure({ name: 'MalformedReply', status: 502, message: '' }).body,
    timedOut: () => translation.failure({ name: 'TimeoutError', status: 504, message: '' }).body,
    until: life.until,
    now: services.now,
    abort: (reason) => life.abort(new DOMException(`The stream ended: ${reason}.`, 'AbortError')),
    onEnd: ({ reason, firstAt, cause }) => {
      life.end();
      if (firstAt !== undefined) entry.firstTokenMs = firstAt;
      if (reason !== 'complete') entry.ended = reason;
      if (cause instanceof Error) entry.error ??= cause.name;
      log();
    },
  });
}

function isErrorBody(event: unknown): event is ErrorBody {
  return typeof event === 'object' && event !== null && 'error' in event;
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
function itemsOrFailure(outcome: Outcome<Items<ConverseEvent>>): Items<ConverseEvent> {
  return outcome.ok ? outcome.value : once<ConverseEvent>([{ choice: 0, item: { failure: outcome.failure } }]);
}

async function* once<Event>(batch: readonly Numbered<Event>[]): Items<Event> {
  yield batch;
}

function failed({ entry }: Call, name: string, { status, headers, body }: ClientFailure): Response {
  entry.error = name;
  return json(body, { status, headers });
}

/** What the caller is told beside the answer: who really gave it, and what was not honoured. */
function answerHeaders(
  call: Call,
  { target, exchange, translated }: Prepared<unknown, unknown>,
): Record<string, string> {
  const shown = `${target.backend}:${withoutArn(target.model)} (${exchange.family.name}, converse)`;
  call.entry.target = shown;
  const ignored = translated.ignored.join(', ');
  return { 'x-gateway-target': shown, ...(ignored && { 'x-gateway-ignored': ignored }) };
}

/** Of an ARN only what follows the account: its kind and name. */
function withoutArn(model: string): string {
  return model.startsWith('arn:') ? model.split(':').slice(5).join(':') : model;
}
