import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { ConcurrentUpdateError, LocalWorkspace, Stack } from '@pulumi/pulumi/automation/index.js';
import type { EngineEvent, PulumiCommand, PulumiFn, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';

import type { Customer } from './customers.ts';
import { pulumiCommand } from './pulumi-command.ts';
import { stackConfig, writeStackFile } from './stack-file.ts';
import { StackError } from './stack.ts';
import type { Action, CustomerStack, Run, Stacks, StateEntry, Step } from './stack.ts';

const execute = promisify(execFile);

/** How Pulumi's commands are run. */
export interface PulumiSettings {
  /** The folder of the project, where the stack files are. */
  readonly folder: string;
  /** Variables besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly secretsProvider: string | undefined;
  /** The organization in Pulumi Cloud. */
  readonly organization: string | undefined;
  /** The program, where it is not that of the folder. */
  readonly program?: PulumiFn;
}

/** The stacks of customers by Pulumi's Automation API. */
export async function pulumiStacks(settings: PulumiSettings): Promise<Stacks> {
  const command = await pulumiCommand();
  return {
    open: async (customer, { create }) => {
      const cli = new Cli(command, { settings, name: customer.name });
      if (!(await cli.exists())) {
        if (!create) return undefined;
        writeStackFile(settings.folder, customer.name, stackConfig(customer));
        await cli.init();
      }
      return new PulumiStack(cli, customer);
    },
  };
}

/** The commands that the Automation API lacks, or runs with side effects: it selects a stack, and shows secrets. */
class Cli {
  readonly command: PulumiCommand;
  readonly settings: PulumiSettings;
  readonly stack: string;

  constructor(
    command: PulumiCommand,
    { settings, name }: { readonly settings: PulumiSettings; readonly name: string },
  ) {
    this.command = command;
    this.settings = settings;
    this.stack = settings.organization === undefined ? name : `${settings.organization}/${name}`;
  }

  async exists(): Promise<boolean> {
    try {
      await this.run(['stack', '--show-name', '--stack', this.stack]);
      return true;
    } catch (error) {
      if (error instanceof StackError && /no stack named .* found/.test(error.message)) return false;
      throw error;
    }
  }

  async init(): Promise<void> {
    const { secretsProvider } = this.settings;
    const provider = secretsProvider === undefined ? [] : ['--secrets-provider', secretsProvider];
    await this.run(['stack', 'init', this.stack, '--no-select', ...provider]);
  }

  async json(args: readonly string[]): Promise<unknown> {
    const value: unknown = JSON.parse(await this.run([...args, '--stack', this.stack]));
    return value;
  }

  async run(args: readonly string[]): Promise<string> {
    const { folder, env } = this.settings;
    try {
      const { stdout } = await execute(this.command.command, [...args, '--non-interactive'], {
        cwd: folder,
        env: { ...process.env, ...env },
        maxBuffer: Infinity,
      });
      return stdout;
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
      throw new StackError(said || String(error), { cause: error });
    }
  }
}

class PulumiStack implements CustomerStack {
  readonly #cli: Cli;
  readonly #customer: Customer;

  constructor(cli: Cli, customer: Customer) {
    this.#cli = cli;
    this.#customer = customer;
  }

  configure(overrides?: Readonly<Record<string, unknown>>): () => void {
    return writeStackFile(this.#cli.settings.folder, this.#customer.name, stackConfig(this.#customer, overrides));
  }

  async run(action: Action, options: Run): Promise<readonly Step[]> {
    const { settings, stack: name } = this.#cli;
    const events = new Events(options.report);
    const workspace = await LocalWorkspace.create({
      workDir: settings.folder,
      envVars: { ...settings.env },
      pulumiCommand: this.#cli.command,
      ...(settings.program && { program: settings.program }),
    });
    // Selecting a stack would write one file for all stacks, which is also the operator's own selection.
    workspace.selectStack = () => Promise.resolve();
    const stack = await Stack.select(name, workspace);
    const each = {
      signal: options.signal,
      onEvent: (event: EngineEvent) => events.hear(event),
      color: 'never',
      ...(options.targets !== undefined && { target: [...options.targets] }),
    } as const;
    try {
      await actions[action](stack, each);
    } catch (error) {
      throw new StackError(events.errors() ?? explained(error, name), { cause: error });
    }
    return events.steps;
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return recordOf(await this.#cli.json(['stack', 'output', '--json']));
  }

  async resources(): Promise<readonly StateEntry[]> {
    const { resources } = recordOf(recordOf(await this.#cli.json(['stack', 'export']))['deployment']);
    return (Array.isArray(resources) ? resources : []).map((each: unknown) => {
      const { urn, type, custom, outputs } = recordOf(each);
      return { urn: String(urn), type: String(type), custom: custom === true, outputs: recordOf(outputs) };
    });
  }
}

interface Options {
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  readonly color: 'never';
  readonly target?: string[];
}

const actions: Readonly<Record<Action, (stack: Stack, options: Options) => Promise<unknown>>> = {
  preview: (stack, options) => stack.preview(options),
  up: (stack, options) => stack.up(options),
  'preview-refresh': (stack, options) => stack.previewRefresh(options),
  refresh: (stack, options) => stack.refresh(options),
  destroy: (stack, options) => stack.destroy(options),
};

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The events of the engine, as steps, progress and errors. */
class Events {
  readonly steps: Step[] = [];
  readonly #report: (text: string) => void;
  readonly #messages: string[] = [];

  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  hear({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent): void {
    if (diagnosticEvent?.severity === 'error') this.#messages.push(plain(diagnosticEvent.message));
    const begun = resourcePreEvent?.metadata;
    if (begun && isChange(begun)) this.#report(`${begun.op} ${nameOf(begun.urn)} (${this.steps.length} done)`);
    const ended = resOutputsEvent?.metadata;
    if (ended && isChange(ended)) this.steps.push(step(ended));
  }

  /** What the engine and the program said of failures; undefined if they said nothing. */
  errors(): string | undefined {
    return [...new Set(this.#messages)].join('\n') || undefined;
  }
}

/** Whether a step changes a resource: components and stacks are none, and neither is what is only read. */
function isChange({ op, type, old, new: now }: StepEventMetadata): boolean {
  const isCustom = (now ?? old)?.custom === true && !type.startsWith('pulumi:');
  return isCustom && !['same', 'read', 'refresh'].includes(op);
}

function step({ op, type, urn, diffs, detailedDiff }: StepEventMetadata): Step {
  return { op, type, name: nameOf(urn), properties: diffs ?? Object.keys(detailedDiff ?? {}) };
}

function nameOf(urn: string): string {
  return urn.split('::').at(-1) ?? '';
}

/** A message without the engine's directives for colours. */
function plain(message: string): string {
  return message.replaceAll(/<\{%[^%]*%\}>/g, '').trim();
}

function explained(error: unknown, stack: string): string {
  if (error instanceof ConcurrentUpdateError)
    return `another command works on this stack, or one was killed: if none does, run npx pulumi cancel --stack ${stack}`;
  const text = error instanceof Error ? error.message : String(error);
  const [, said = ''] = /\n stderr: (.*?)\n err\?:/s.exec(text) ?? [];
  return said.trim() || text;
}
