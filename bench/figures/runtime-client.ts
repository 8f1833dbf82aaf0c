import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { interleaved, type Bench } from '../bench.ts';
import { pinned } from '../cores.ts';
import { goal, row, type Figure } from '../figure.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, pieceStart } from '../payloads.ts';
import { startEnvironment, type Started } from '../runtime-api.ts';
import { installRuntimeClient, runtimeClientVersion } from '../runtime-client.ts';
import { differences } from '../stats.ts';
import { tlsBackend } from '../tls-backend.ts';

const functions = ['empty', 'bare', 'gateway'] as const;
type FunctionName = (typeof functions)[number];

const titles: Readonly<Record<FunctionName, string>> = {
  empty: 'empty handler',
  bare: 'bare handler on node:https',
  gateway: 'the gateway',
};

const title = "Cold start under AWS's runtime client";

/** Measures cold starts as Lambda's own runtime makes them: from the start of its process, and up to the first answer. */
export async function runtimeClient(bench: Bench): Promise<Figure[]> {
  const client = await installed(bench);
  if (!client.ok) return [{ id: 'runtime-client', title, unit: 'ms', rows: [], goals: [], skipped: client.reason }];
  const { cores, options } = bench;
  const backend = await tlsBackend(bench);
  const roots = await taskRoots(bench.folder);
  const event = eventText('buffered', conversation(460, { turns: 1 }));
  const command = pinned(cores?.server, [process.execPath, client.program]);
  const rounds = await interleaved(options.quick ? 2 : 21, functions, async (name) => {
    const env = { ...backend.env, LAMBDA_TASK_ROOT: roots[name], _HANDLER: 'index.buffered' };
    const started = await startEnvironment({ command, env, event });
    if (name !== 'empty' && !started.answer.includes(pieceStart))
      throw new Error(`${name} answered: ${started.answer}`);
    return started;
  });
  await backend.stop();
  return figures(rounds);
}

type Installed = { readonly ok: true; readonly program: string } | { readonly ok: false; readonly reason: string };

/** The addon takes a compiler, cmake and minutes, which not every machine has. */
async function installed({ root, options, say }: Bench): Promise<Installed> {
  if (!options.peers) return { ok: false, reason: 'this run installs nothing' };
  say(`aws-lambda-ric ${runtimeClientVersion} is built, if this is its first run here …`);
  try {
    return { ok: true, program: await installRuntimeClient(root) };
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { ok: false, reason: `aws-lambda-ric ${runtimeClientVersion} cannot be built here (${first})` };
  }
}

/** Folders that hold each function's code, as Lambda unpacks it. */
async function taskRoots(folder: string): Promise<Readonly<Record<FunctionName, string>>> {
  const root = async (name: string, code: string): Promise<string> => {
    const made = path.join(folder, name);
    await mkdir(made);
    await writeFile(path.join(made, 'index.mjs'), code);
    return made;
  };
  return {
    empty: await root('empty-function', 'export const buffered = async () => ({ statusCode: 200 });\n'),
    bare: await root('bare-function', "export { buffered } from '../bare.mjs';\n"),
    gateway: path.join(folder, 'bundle'),
  };
}

function figures(rounds: ReadonlyMap<FunctionName, readonly Started[]>): Figure[] {
  const initialised = (name: FunctionName): number[] => (rounds.get(name) ?? []).map(({ initMs }) => initMs);
  const answered = (name: FunctionName): number[] => (rounds.get(name) ?? []).map(({ answeredMs }) => answeredMs);
  const over = differences(initialised('gateway'), initialised('empty'));
  return [
    {
      id: 'runtime-client',
      title: `${title}: until it asks for an event`,
      unit: 'ms',
      rows: functions.map((name) => row(titles[name], initialised(name))),
      goals: [goal("cold start under AWS's runtime client over an empty handler", { atMost: 32, unit: 'ms' }, over)],
    },
    {
      id: 'runtime-client-first',
      title: `${title}: until the first event is answered`,
      unit: 'ms',
      rows: functions.map((name) => row(titles[name], answered(name))),
      goals: [],
    },
  ];
}
