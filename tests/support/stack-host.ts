import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import type { Announcement } from '../../local/banner.ts';
import type { FromHost, ToHost } from './host-messages.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

/** A stack in the process of the host. */
export interface Hosted {
  readonly announcement: Announcement;
  /** What the stack has logged so far. */
  readonly log: () => string;
  /** Resolves when the log satisfies a condition. Rejects when the host ends before. */
  readonly logged: (holds: (log: string) => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

let host: StackHost | undefined;
let stacks = 0;

/**
 * Starts a stack by the arguments of `npm start`, in a process that all stacks of this process share and that ends with it. Rejects with what
 * the start fails with.
 */
export function hostStack(args: readonly string[]): Promise<Hosted> {
  if (host?.ended !== undefined) host = undefined;
  host ??= new StackHost();
  return host.start(args);
}

class StackHost {
  /** Why there is no host any more. */
  ended: Error | undefined;
  readonly #child: ChildProcess;
  /** By the number of the stack. */
  readonly #logs = new Map<number, string>();
  readonly #ends = new Map<number, Extract<FromHost, { kind: 'started' | 'failed' | 'closed' }>>();
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor() {
    const node = path.join(root, 'node_modules', 'node', 'bin', 'node');
    // Fewer collections of garbage, without threads of their own: a twentieth of its time.
    const garbage = ['--single-threaded-gc', '--max-semi-space-size=32', '--min-semi-space-size=16'];
    const execArgv = ['--disable-warning=ExperimentalWarning', ...garbage];
    this.#child = fork(new URL('host-process.ts', import.meta.url), {
      cwd: root,
      execPath: node,
      execArgv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // It does not keep this process alive.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on('message', (message: FromHost) => this.#receive(message));
    this.#child.on('close', (code, signal) => {
      this.ended = new Error(`the process of the local stacks ended with ${code ?? signal}`);
      this.#changes.emit('change');
    });
  }

  async start(args: readonly string[]): Promise<Hosted> {
    const id = (stacks += 1);
    this.#logs.set(id, '');
    this.#send({ kind: 'start', id, args });
    await this.#until(() => this.#ends.has(id));
    const end = this.#ends.get(id);
    if (end?.kind !== 'started') throw new Error(end?.kind === 'failed' ? end.message : 'the stack was closed');
    const log = (): string => this.#logs.get(id) ?? '';
    return {
      announcement: end.announcement,
      log,
      logged: (holds) => this.#until(() => holds(log())),
      close: () => this.#close(id),
    };
  }

  async #close(id: number): Promise<void> {
    this.#send({ kind: 'close', id });
    await this.#until(() => this.#ends.get(id)?.kind === 'closed');
  }

  #send(message: ToHost): void {
    this.#child.send(message);
  }

  #receive(message: FromHost): void {
    if (message.kind === 'log') this.#logs.set(message.id, this.#logs.get(message.id) + message.text);
    else this.#ends.set(message.id, message);
    this.#changes.emit('change');
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.ended) throw this.ended;
      await once(this.#changes, 'change');
    }
  }
}
