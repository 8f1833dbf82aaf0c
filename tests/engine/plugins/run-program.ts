import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import type language from '@pulumi/pulumi/proto/language_pb.js';

import { shellWords } from '../support/shell-words.ts';
import type { Engine, Runner } from './language-host.ts';
import { options } from './program-info.ts';

/**
 * Returns a runner that runs each program in a process with this environment, by the runner of @pulumi/pulumi. The signal ends programs that
 * outlive their command, as one does that prints its failure for a minute.
 */
export function processRunner(environment: NodeJS.ProcessEnv, end: AbortSignal): Runner {
  return async (request, engine) => {
    const child = spawn('node', argumentsOf(request, engine), {
      cwd: request.getPwd(),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        PULUMI_NODEJS_TYPESCRIPT: String(options(request.getInfo()).typescript ?? true),
      },
    });
    const kill = (): boolean => child.kill('SIGKILL');
    end.addEventListener('abort', kill);
    child.on('close', () => end.removeEventListener('abort', kill));
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 1));
    });
    const [code] = await Promise.all([ended, showAll(child.stdout, engine), showAll(child.stderr, engine)]);
    return code;
  };
}

function argumentsOf(request: language.RunRequest, { address }: Engine): string[] {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const runner = createRequire(path.join(folder, 'package.json')).resolve('@pulumi/pulumi/cmd/run');
  const flags = Object.entries({
    monitor: request.getMonitorAddress(),
    engine: address,
    organization: request.getOrganization(),
    project: request.getProject(),
    'root-directory': info?.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  }).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  if (request.getDryrun()) flags.push('--dry-run');
  const nodeFlags = shellWords(options(info).nodeargs ?? '');
  return [...nodeFlags, runner, ...flags, info?.getEntryPoint() ?? '.', ...request.getArgsList()];
}

async function showAll(stream: Readable, engine: Engine): Promise<void> {
  for await (const line of createInterface(stream)) await engine.show(line);
}
