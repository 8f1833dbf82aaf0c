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

import { compiledFolder } from '../../global-setup.ts';
import { Account } from '../aws/account.ts';
import { installed, linkOrCopy, modulesFolder, nodeProgram, projectFolder } from './installation.ts';
import { servePlugins } from './plugins.ts';

/** Entries of a clone that no command here reads. */
const leftOut = new Set(['.git', '.venv', 'bench', 'coverage', 'dist', 'node_modules', 'tests']);

/** Exit code and output of a command. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** A resource in the engine's state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly custom: boolean;
  /** Whether Pulumi itself refuses to delete it. */
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A clone with its own home, backend for states and AWS account, and without network. */
export class Sandbox {
  readonly clone: string;
  account = new Account();
  /** Environment of the commands, besides the variables of every machine. */
  environment: Readonly<Record<string, string | undefined>> = {};
  /**
   * Whether programs run in a process that they share, which takes a third of the time. For commands that succeed: by default, a program
   * has a process of its own, as Pulumi's language host would start it.
   */
  sharesProcess = false;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-engine-'));

  constructor({ withPackages = false } = {}) {
    this.clone = this.checkout('clone', { withPackages });
    mkdirSync(path.join(this.#folder, 'backend'));
    const home = path.join(this.#folder, 'home', '.pulumi');
    mkdirSync(home, { recursive: true });
    for (const part of ['versions', 'plugins']) symlinkSync(path.join(installed(), part), path.join(home, part));
  }

  /** Creates another clone of the same code, with its own packages or with shared ones. */
  checkout(name: string, { withPackages = false } = {}): string {
    const folder = path.join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(projectFolder).filter((each) => !leftOut.has(each))) {
      cpSync(path.join(projectFolder, entry), path.join(folder, entry), { recursive: true });
    }
    if (withPackages) addPackages(folder);
    else symlinkSync(modulesFolder, path.join(folder, 'node_modules'));
    return folder;
  }

  /** Creates a folder with files, name → text, beside the clone. */
  folder(name: string, files: Readonly<Record<string, string>>): string {
    const folder = path.join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
    return folder;
  }

  /** Runs `npx pulumi` in a clone, by the script that `npx` would run. */
  pulumi(args: readonly string[], { folder = this.clone, input = '' } = {}): Promise<Ran> {
    return this.#run([nodeProgram, path.join(modulesFolder, 'pulumi/run.js'), ...args], { folder, input });
  }

  /** Runs a program in the clone. */
  program(command: readonly string[]): Promise<Ran> {
    return this.#run(command, { folder: this.clone, input: '' });
  }

  /** Creates a stack with a config. */
  async init(stack: string, config: Readonly<Record<string, unknown>>): Promise<void> {
    this.configure(stack, config);
    expectSuccess(await this.pulumi(['stack', 'init', stack]));
  }

  /** Replaces the config of a stack. */
  configure(stack: string, config: Readonly<Record<string, unknown>>, folder = this.clone): void {
    const file = path.join(folder, `Pulumi.${stack}.yaml`);
    const before = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
    writeFileSync(file, stringify({ ...before, config }));
  }

  /** A stack's state as text. */
  stateText(stack: string, project = 'bedrock-gateway'): string {
    return readFileSync(this.#stateFile(stack, project), 'utf8');
  }

  /** Replaces a stack's state. */
  setState(stack: string, text: string, project = 'bedrock-gateway'): void {
    writeFileSync(this.#stateFile(stack, project), text);
  }

  /** The resources of a stack's state, without the stack itself and its providers. */
  state(stack: string, project = 'bedrock-gateway'): StateResource[] {
    const resources: StateResource[] = JSON.parse(this.stateText(stack, project)).checkpoint.latest.resources ?? [];
    return resources.filter(({ type }) => !type.startsWith('pulumi:'));
  }

  #stateFile(stack: string, project: string): string {
    return path.join(this.#folder, 'backend/.pulumi/stacks', project, `${stack}.json`);
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(command: readonly string[], { folder, input }: { folder: string; input: string }): Promise<Ran> {
    const env = this.#environment();
    const plugins = await servePlugins({ account: this.account, environment: env, folder }, this.sharesProcess);
    try {
      return await run(command, { folder, input, env: { ...env, ...plugins.variables } });
    } finally {
      plugins.close();
    }
  }

  #environment(): Record<string, string> {
    const variables = {
      PATH: [path.join(modulesFolder, '.bin'), process.env['PATH']].join(path.delimiter),
      HOME: path.join(this.#folder, 'home'),
      PULUMI_HOME: path.join(this.#folder, 'home', '.pulumi'),
      PULUMI_BACKEND_URL: `file://${path.join(this.#folder, 'backend')}`,
      PULUMI_CONFIG_PASSPHRASE: '',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      NODE_COMPILE_CACHE: compiledFolder,
      // The CLI is written in Go and ends soon: collecting its garbage costs a tenth of its time.
      GOGC: 'off',
      GOMEMLIMIT: '1GiB',
      // From AWS's documentation.
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      ...this.environment,
    };
    return Object.fromEntries(
      Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }
}

/** Fails with the output of a command that has failed. */
export function expectSuccess({ code, output }: Ran): string {
  if (code !== 0) throw new Error(`the command failed (exit code ${code}):\n${output}`);
  return output;
}

/** The warnings and errors in the output of a command. */
export function diagnostics(output: string): string[] {
  return output.split('\n').filter((line) => /\b(warning|error):/.test(line));
}

/** Adds the packages for deploying, without those for development: folders of their own with links to the files. */
function addPackages(folder: string): void {
  const installation = JSON.parse(readFileSync(path.join(modulesFolder, '.package-lock.json'), 'utf8'));
  for (const [place, { dev }] of Object.entries<{ dev?: boolean }>(installation.packages)) {
    const isNested = place.lastIndexOf('node_modules/') > 0;
    if (dev || isNested || !existsSync(path.join(projectFolder, place))) continue;
    linkFolder(path.join(projectFolder, place), path.join(folder, place));
  }
}

function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else linkOrCopy(source, target);
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
    let output = '';
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
    child.stdin.end(input);
  });
}
