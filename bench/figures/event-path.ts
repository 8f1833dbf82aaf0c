import path from 'node:path';
import { interleaved, type Bench } from '../bench.ts';
import { goal, row, type Figure } from '../figure.ts';
import { eventText, type Edge } from '../lambda-event.ts';
import { answerOf, conversation, pieceStart, type Payload } from '../payloads.ts';
import { start, type Server } from '../processes.ts';
import type { Invoked } from '../servers/lambda.ts';
import { ratios } from '../stats.ts';
import { tlsBackend } from '../tls-backend.ts';

const handlers = ['bare', 'gateway'] as const;
const kinds = ['http', 'rest', 'sse'] as const;

type Handler = (typeof handlers)[number];
type Kind = (typeof kinds)[number];
type Run = `${Handler} ${Kind}`;

const handlerTitles: Readonly<Record<Handler, string>> = { bare: 'bare handler', gateway: 'bedrock-gateway' };

/** An event, and the export of a bundle that takes it. */
interface Event {
  readonly title: string;
  readonly edge: Edge;
  readonly payload: Payload;
}

const chat = conversation(460, { turns: 1 });
const events: Readonly<Record<Kind, Event>> = {
  http: { title: 'HTTP API event', edge: 'buffered', payload: chat },
  rest: { title: 'REST API event', edge: 'streaming', payload: chat },
  sse: {
    title: 'REST API event, SSE of 20 deltas',
    edge: 'streaming',
    payload: conversation(460, { turns: 1, stream: true }),
  },
};

/** A function has one edge, so each bundle runs once for each of them. */
type Servers = Readonly<Record<Handler, Readonly<Record<Edge, Server>>>>;

/**
 * Events of the warm-up and of a round. They are counted, not timed, so that a busy machine warms up as much; rounds are
 * short and many, so that the two numbers of a ratio stand close together.
 */
const thorough = { warmUp: 8000, round: 500, rounds: 20 };
const quick = { warmUp: 10, round: 5, rounds: 2 };

/** Measures bundles as Lambda calls them: one event after the other, beside a bare handler. */
export async function eventPath(bench: Bench): Promise<Figure[]> {
  const backend = await tlsBackend(bench);
  const servers = await startAll(bench, backend.env);
  const rounds = await measure(bench, servers);
  const started = Object.values(servers).flatMap((each) => Object.values(each));
  await Promise.all([...started, backend].map((each) => each.stop()));
  return [rates(rounds), cpu(rounds)];
}

async function startAll({ cores, folder }: Bench, env: Readonly<Record<string, string>>): Promise<Servers> {
  const script = new URL('../servers/lambda.ts', import.meta.url);
  const server = (bundle: string): Promise<Server> =>
    start({ script, core: cores?.server, env: { ...env, BUNDLE: bundle } });
  const both = async (bundle: string) => ({ buffered: await server(bundle), streaming: await server(bundle) });
  return {
    bare: await both(path.join(folder, 'bare.mjs')),
    gateway: await both(path.join(folder, 'bundle', 'index.mjs')),
  };
}

type Rounds = ReadonlyMap<Run, readonly Invoked[]>;

function measure({ options }: Bench, servers: Servers): Promise<Rounds> {
  const { warmUp, round, rounds } = options.quick ? quick : thorough;
  const runs = kinds.flatMap((kind) => handlers.map((handler): Run => `${handler} ${kind}`));
  return interleaved(rounds, runs, async (run, isWarmUp) => {
    const [handler, kind] = run.split(' ') as [Handler, Kind];
    const { edge, payload } = events[kind];
    const requests = isWarmUp ? warmUp : round;
    const invoked = await servers[handler][edge].ask<Invoked>({ edge, event: eventText(edge, payload), requests });
    const pieces = payload.stream ? answerOf(payload.model).deltas : 1;
    if (invoked.answer.split(pieceStart).length <= pieces) throw new Error(`${run} answered: ${invoked.answer}`);
    return invoked;
  });
}

function rates(rounds: Rounds): Figure {
  const rate = (kind: Kind): number[] => (rounds.get(`gateway ${kind}`) ?? []).map(({ perSecond }) => perSecond);
  return {
    id: 'event-requests',
    title: 'Lambda events a second, 460 B chat, one at a time',
    unit: '/s',
    rows: kinds.map((kind) => row(events[kind].title, rate(kind))),
    goals: [],
  };
}

function cpu(rounds: Rounds): Figure {
  const micros = (run: Run): number[] => (rounds.get(run) ?? []).map(({ cpuMicros }) => cpuMicros);
  const overBare = (kind: Kind): number[] => ratios(micros(`gateway ${kind}`), micros(`bare ${kind}`));
  const overHttp = ratios(micros('gateway rest'), micros('gateway http'));
  return {
    id: 'event-cpu',
    title: 'CPU per Lambda event, 460 B chat',
    unit: 'µs',
    rows: kinds.flatMap((kind) =>
      handlers.map((handler) => row(`${handlerTitles[handler]}, ${events[kind].title}`, micros(`${handler} ${kind}`))),
    ),
    goals: [
      goal('CPU of an HTTP API event over a bare handler', { atMost: 2, unit: '×' }, overBare('http')),
      goal(
        'CPU of a REST API event, SSE of 20 deltas, over a bare handler',
        { atMost: 2.2, unit: '×' },
        overBare('sse'),
      ),
      goal('CPU of a REST API event over an HTTP API event, same chat', { atMost: 1.15, unit: '×' }, overHttp),
    ],
  };
}
