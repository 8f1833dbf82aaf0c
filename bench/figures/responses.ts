import { interleaved, sample, serverOf, warmUpRounds, type Bench } from '../bench.ts';
import { row, type Figure } from '../figure.ts';
import { probe, type Shot } from '../load.ts';
import { answerOf, conversation, modelFor, pieceStart, type Payload } from '../payloads.ts';
import { differences } from '../stats.ts';
import { shotAt } from '../variants.ts';

/** Deltas of the longer stream. */
const deltas = 200;

const payloads = {
  whole: conversation(460, { turns: 1 }),
  one: stream(1),
  many: stream(deltas),
} as const;

const titles = { chat: 'Chat Completions', responses: 'Responses' } as const;
type Api = keyof typeof titles;
const apis: readonly Api[] = ['chat', 'responses'];

/** What the gateway spends on a conversation by the Responses API, beside Chat Completions. */
export async function responses(bench: Bench): Promise<Figure[]> {
  const { rounds, roundMs, connections } = bench.options;
  const server = serverOf(bench, 'gateway');
  const shots = new Map<string, Shot>();
  for (const api of apis)
    for (const [name, payload] of Object.entries(payloads))
      shots.set(`${api} ${name}`, await shot(bench, api, payload));
  const samples = await interleaved(rounds, [...shots.keys()], async (name, warmUp) => {
    const fired = shots.get(name);
    if (fired === undefined) throw new Error(`there is no request ${name}`);
    return sample(server, fired, { connections, ms: warmUp ? roundMs * warmUpRounds : roundMs });
  });
  const cpu = (api: Api, name: keyof typeof payloads): number[] =>
    (samples.get(`${api} ${name}`) ?? []).map(({ cpuMicros }) => cpuMicros);
  const perDelta = (api: Api) => differences(cpu(api, 'many'), cpu(api, 'one')).map((micros) => micros / (deltas - 1));
  return [
    {
      id: 'responses',
      title: 'CPU per request, 460 B body, by the API that asks',
      unit: 'µs',
      rows: apis.map((api) => row(titles[api], cpu(api, 'whole'))),
      goals: [],
    },
    {
      id: 'responses-delta',
      title: `CPU per streamed delta, ${deltas} deltas at once, by the API that asks`,
      unit: 'µs',
      rows: apis.map((api) => row(titles[api], perDelta(api))),
      goals: [],
    },
  ];
}

function stream(length: number): Payload {
  return conversation(460, { turns: 1, name: modelFor({ deltas: length, chars: 5 }), stream: true });
}

/** The request by one API, tried once: its answer must be the right one. */
async function shot(bench: Bench, api: Api, payload: Payload): Promise<Shot> {
  const { origin } = serverOf(bench, 'gateway');
  const chat = shotAt('gateway', { origin, backend: bench.backend.origin }, payload);
  const made = api === 'chat' ? chat : { ...chat, path: '/v1/responses', body: payload.responses };
  await probe(made, pieceStart, payload.stream ? answerOf(payload.model).deltas : 1);
  return made;
}
