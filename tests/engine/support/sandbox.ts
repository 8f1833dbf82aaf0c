import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parse, stringify } from 'yaml';

import { Account } from '../aws/account.ts';
import { modulesFolder, nodeProgram, projectFolder, installed } from './installation.ts';

/** What lies in a clone and is no part of it, or what no command here reads. */
const leftOut = new Set(['.git', '.venv', 'bench', 'coverage', 'dist', 'docs', 'node_modules', 'tests']);

/** How a command ended, and all that it printed. */
export interface Ran {
  readonly code: number;
  readonly said: string;
}

/** What the engine keeps of one resource. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly custom: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A clone on a machine of its own: a home, a backend for states, an AWS account, and no network. */
export class Sandbox {
  readonly clone: string;
  readonly account: Account;
  /** Variables of the commands, over those that every machine has. */
  environment: Readonly<Record<string, string | undefined>> = {};
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-engine-'));

  constructor({ withPackages = false } = {}) {
    this.clone = this.checkout('clone', { withPackages });
    mkdirSync(path.join(this.#folder, 'backend'));
    const home = path.join(this.#folder, 'home', '.pulumi');
    mkdirSync(home, { recursive: true });
    for (const part of ['versions', 'plugins']) symlinkSync(path.join(installed(), part), path.join(home, part));
    this.account = new Account(path.join(this.#folder, 'account'));
  }

  /** Another clone of the same code, beside the first one; with packages of its own, or with those of all. */
  checkout(name: string, { withPackages = false } = {}): string {
    const folder = path.join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(projectFolder).filter((each) => !leftOut.has(each))) {
      cpSync(path.join(projectFolder, entry), path.join(folder, entry), { recursive: true });
    }
    if (withPackages) bringPackages(folder);
    else symlinkSync(modulesFolder, path.join(folder, 'node_modules'));
    return folder;
  }

  /** Runs `npx pulumi` in a clone, as `npx` itself does: by the script of the package. */
  pulumi(args: readonly string[], { folder = this.clone, input = '' } = {}): Promise<Ran> {
    return run([nodeProgram, path.join(modulesFolder, 'pulumi/run.js'), ...args], {
      folder,
      input,
      env: this.#environment(),
    });
  }

  /** Runs a program of the machine in the clone. */
  program(command: readonly string[]): Promise<Ran> {
    return run(command, { folder: this.clone, input: '', env: this.#environment() });
  }

  /** Makes a stack with this config. */
  async init(stack: string, config: Readonly<Record<string, unknown>>): Promise<void> {
    this.configure(stack, config);
    expectSuccess(await this.pulumi(['stack', 'init', stack]));
  }

  /** Sets the whole config of a stack. */
  configure(stack: string, config: Readonly<Record<string, unknown>>, folder = this.clone): void {
    const file = path.join(folder, `Pulumi.${stack}.yaml`);
    const before = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
    writeFileSync(file, stringify({ ...before, config }));
  }

  /** The text of a stack's state. */
  stateText(stack: string): string {
    return readFileSync(path.join(this.#folder, 'backend/.pulumi/stacks/bedrock-gateway', `${stack}.json`), 'utf8');
  }

  /** The resources of a stack's state, without the stack itself and its providers. */
  state(stack: string): StateResource[] {
    const resources: StateResource[] = JSON.parse(this.stateText(stack)).checkpoint.latest.resources ?? [];
    return resources.filter(({ type }) => !type.startsWith('pulumi:'));
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #environment(): Record<string, string> {
    const given = {
      PATH: [path.join(modulesFolder, '.bin'), process.env['PATH']].join(path.delimiter),
      HOME: path.join(this.#folder, 'home'),
      PULUMI_HOME: path.join(this.#folder, 'home', '.pulumi'),
      PULUMI_BACKEND_URL: `file://${path.join(this.#folder, 'backend')}`,
      PULUMI_CONFIG_PASSPHRASE: '',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      ENGINE_TEST_ACCOUNT: path.join(this.#folder, 'account'),
      // Those of AWS's documentation.
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      ...this.environment,
    };
    return Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }
}

/** Fails with what a command said. */
export function expectSuccess({ code, said }: Ran): string {
  if (code !== 0) throw new Error(`the command failed (exit code ${code}):\n${said}`);
  return said;
}

/** The warnings and errors among what a command said. */
export function told(said: string): string[] {
  return said.split('\n').filter((line) => /\b(warning|error):/.test(line));
}

/** Copies what the program is deployed with: every package that not only develops it. */
function bringPackages(folder: string): void {
  const installation = JSON.parse(readFileSync(path.join(modulesFolder, '.package-lock.json'), 'utf8'));
  for (const [place, { dev }] of Object.entries<{ dev?: boolean }>(installation.packages)) {
    const isNested = place.lastIndexOf('node_modules/') > 0;
    if (dev || isNested || !existsSync(path.join(projectFolder, place))) continue;
    cpSync(path.join(projectFolder, place), path.join(folder, place), { recursive: true });
  }
}

interface Command {
  readonly folder: string;
  readonly input: string;
  readonly env: Record<string, string>;
}

function run([command = '', ...args]: readonly string[], { folder, input, env }: Command): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, said }));
    child.stdin.end(input);
  });
}
