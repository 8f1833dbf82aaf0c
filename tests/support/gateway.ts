import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Announcement } from '../../local/banner.ts';
import { hostStack } from './stack-host.ts';

export const root = path.resolve(import.meta.dirname, '..', '..');

const node = path.join(root, 'node_modules', 'node', 'bin', 'node');

/** A running stack as its clients see it. */
export interface Served extends Announcement {
  /** A key that works; only `--bedrock aws` has none. */
  readonly apiKey: string;
  readonly throttledModel: string;
  readonly openaiModel: string;
  readonly sagemakerModel: string;
}

/** A running stack of one test file. */
export interface Gateway extends Served {
  /** What has come on standard error so far: the functions' log lines. */
  readonly log: () => string;
  /** Resolves when the log satisfies a condition: a line may arrive after the answer that it is about. */
  readonly logged: (holds: (log: string) => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface GatewayOptions {
  /** The stack's config, as in its file; absent: the demo, whose file says nothing. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
}

let demo: Promise<Served> | undefined;

/**
 * The local stack with the default config. All test files of a process share it; it ends with the process. Files that read its
 * log or need another config start their own with `startGateway`.
 */
export function sharedGateway(): Promise<Served> {
  demo ??= startGateway();
  return demo;
}

/** Starts the local stack on a free port: once for a test file, and closed after it. */
export async function startGateway({ config, flags = [] }: GatewayOptions = {}): Promise<Gateway> {
  const { stack, remove } = await stackFile(config && { 'aws:region': 'us-east-1', ...config });
  try {
    const { announcement, ...hosted } = await hostStack(['--port', '0', '--json', '--stack', stack, ...flags]);
    const { apiKey, throttledModel, openaiModel, sagemakerModel } = announcement;
    return {
      ...announcement,
      apiKey: apiKey ?? '',
      throttledModel: throttledModel ?? '',
      openaiModel: openaiModel ?? '',
      sagemakerModel: sagemakerModel ?? '',
      ...hosted,
    };
  } finally {
    await remove();
  }
}

/** Makes a stack of its own for a test; without config, one that nobody has set up. */
export async function stackFile(
  config: Readonly<Record<string, unknown>> = {},
): Promise<{ stack: string; remove: () => Promise<void> }> {
  const stack = `test-${randomBytes(6).toString('hex')}`;
  const file = path.join(root, `Pulumi.${stack}.yaml`);
  await writeFile(file, stringify({ config }));
  return { stack, remove: () => rm(file, { force: true }) };
}

/** How a run has ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a process has printed so far. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  /** Resolves when what was printed satisfies a condition. Rejects with standard error when the process ends before. */
  readonly until: (holds: (printed: Printed) => boolean) => Promise<void>;
  /** The first line of standard output. Rejects as `until` does. */
  readonly firstLine: () => Promise<string>;
  readonly end: (signal: NodeJS.Signals) => Promise<Ended>;
}

/** Runs `node local/main.ts` under the project's Node. It stops when this process ends, which closes the channel between them. */
export function runLocalStack(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Run {
  const command = ['--disable-warning=ExperimentalWarning', path.join(root, 'local', 'main.ts'), ...args];
  return collect(spawn(node, command, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }));
}

/** Runs a command in the root of the project, and collects what it says. */
export function runScript(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Run {
  return collect(spawn(command, [...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function collect(child: ChildProcess): Run {
  const printed = { stdout: '', stderr: '' };
  const changes = new EventEmitter().setMaxListeners(0);
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      changes.emit('change');
    });
  }
  let end: Ended | undefined;
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      end = { code, signal };
      changes.emit('change');
      resolve(end);
    });
  });
  const until = async (holds: (printed: Printed) => boolean): Promise<void> => {
    while (!holds(printed)) {
      if (end) throw new Error(`the local stack ended with ${end.code ?? end.signal}: ${printed.stderr}`);
      await once(changes, 'change');
    }
  };
  return {
    child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    ended,
    until,
    firstLine: async () => {
      await until(({ stdout }) => stdout.includes('\n'));
      return printed.stdout.split('\n')[0] ?? '';
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
