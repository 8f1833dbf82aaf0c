import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { Failure } from './failure.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a stack has exported, by the names of `index.ts`. */
export interface StackOutputs {
  readonly baseUrl: string | undefined;
  readonly alertTopicArn: string | undefined;
  readonly dashboardName: string | undefined;
}

/** What the file of a stack says, as far as it can be read without Pulumi. Everything is undefined or empty if there is no file. */
export interface StackFile {
  readonly region: string | undefined;
  /** The topic of somebody else that alarms go to. */
  readonly alarmTopicArn: string | undefined;
  /** The names of `models`, without patterns. */
  readonly models: readonly string[];
}

/** Asks Pulumi for the outputs of a stack; rejects with a Failure that has Pulumi's own reason. */
export type ReadOutputs = (stack: string) => Promise<StackOutputs>;

/** Reads the outputs of stacks with the Pulumi CLI of the project in `root`. */
export function outputsByPulumi(root: string): ReadOutputs {
  return async (stack) => outputsIn(await runPulumi(root, ['stack', 'output', '--json', '--stack', stack]));
}

async function runPulumi(root: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' };
  try {
    const options = { cwd: root, env, maxBuffer: 16 * 1_024 ** 2, shell: process.platform === 'win32' };
    const { stdout } = await promisify(execFile)('pulumi', [...args, '--non-interactive'], options);
    return stdout;
  } catch (error) {
    throw new Failure(`pulumi stack output failed: ${reasonOf(error)}`, {
      fix: 'Log in to the state backend (npx pulumi login), and check the name: npx pulumi stack ls',
    });
  }
}

/** The last line that Pulumi wrote, which has the reason, or why it did not start. */
function reasonOf(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? (error instanceof Error ? error.message : String(error)))
    .replace(/^error: /, '')
    .slice(0, 500);
}

function outputsIn(json: string): StackOutputs {
  const outputs = fields(parsed(json));
  return {
    baseUrl: text(outputs['baseUrl']),
    alertTopicArn: text(outputs['alertTopicArn']),
    dashboardName: text(outputs['dashboardName']),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Failure('pulumi stack output printed something that is no JSON');
  }
}

/** Reads `Pulumi.<stack>.yaml` in `root`. Throws a Failure for a file that is no YAML. */
export function readStackFile(root: string, stack: string): StackFile {
  const file = `Pulumi.${stack.split('/').at(-1)}.yaml`;
  const place = path.join(root, file);
  const config = existsSync(place) ? fields(fields(yaml(readFileSync(place, 'utf8'), file))['config']) : {};
  // The gateway's keys have the name of the project in front of them, which may be another, or none.
  const own = (name: string): unknown =>
    Object.entries(config).find(([key]) => key === name || (key.endsWith(`:${name}`) && !key.startsWith('aws:')))?.[1];
  const models = own('models');
  const names = Object.keys(fields(typeof models === 'string' ? quietly(models) : models));
  return {
    region: text(config['aws:region']),
    alarmTopicArn: text(own('alarmTopicArn')),
    models: names.filter((name) => !name.endsWith('*')),
  };
}

function yaml(source: string, file: string): unknown {
  try {
    return parse(source);
  } catch {
    throw new Failure(`${file} is not YAML`, { fix: 'npx pulumi config shows the line.' });
  }
}

/** `pulumi config set models '{…}'` writes JSON as a text. */
function quietly(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The region in an ARN; undefined if there is none. */
export function regionOfArn(arn: string | undefined): string | undefined {
  return text(arn?.split(':')[3]);
}
