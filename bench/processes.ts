import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinned } from './cores.ts';
import type { Usage } from './servers/reporter.ts';

/** A process under test. */
export interface Server {
  readonly origin: string;
  usage(): Promise<Usage>;
  /** What the process uses after a full garbage collection. */
  settled(): Promise<Usage>;
  /** Sends the process a job of its own kind, and waits for what it answers. */
  ask<Answer>(job: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** What to run, and where. */
export interface Start {
  readonly script: URL | string;
  readonly core: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeFlags?: readonly string[];
  readonly args?: readonly string[];
  /** For a program that cannot tell where it listens. */
  readonly origin?: string;
  /** Whether its error output is thrown away. */
  readonly quiet?: boolean;
}

const reporter = new URL('./servers/reporter.ts', import.meta.url).href;

/** Starts a server and waits until it listens. */
export async function start({ script, core, env, nodeFlags = [], args = [], origin, quiet }: Start): Promise<Server> {
  const file = script instanceof URL ? fileURLToPath(script) : script;
  const flags = ['--expose-gc', ...nodeFlags, '--import', reporter];
  const [program, rest] = pinned(core, [process.execPath, ...flags, file, ...args]);
  const child = spawn(program, rest, {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env },
    // The gateway's log lines are written, and read by nobody.
    stdio: ['ignore', 'ignore', quiet === true ? 'ignore' : 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const listening = origin === undefined ? ready(child) : answers(origin);
  const failed = ended.then(([code]) => Promise.reject(new Error(`${file} ended with ${String(code)}`)));
  failed.catch(() => {});
  const at = await Promise.race([listening, failed]);
  return {
    origin: at,
    usage: async () => (await reply<{ usage: Usage }>(child, 'usage')).usage,
    settled: async () => (await reply<{ usage: Usage }>(child, 'collect')).usage,
    ask: (job) => Promise.race([reply<never>(child, job), failed]),
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function ready(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, 'message')) as [{ origin: string }];
  return message.origin;
}

async function reply<Answer>(child: ChildProcess, message: string | object): Promise<Answer> {
  const answer = once(child, 'message');
  child.send(message);
  const [value] = (await answer) as [Answer];
  return value;
}

async function answers(origin: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(origin).catch(() => undefined);
    await response?.body?.cancel();
    if (response) return origin;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`nothing answers at ${origin}`);
}
