import { fork, type ChildProcess } from 'node:child_process';

import language from '@pulumi/pulumi/proto/language_pb.js';

import { compiledFolder } from '../../global-setup.ts';
import type { Engine } from '../plugins/language-host.ts';
import { nodeProgram } from './installation.ts';

/** The request of an engine to run a program, as bytes, and the address of the engine. */
export interface Started {
  readonly request: Uint8Array;
  readonly engine: string;
}

/** The response to that request, as bytes, and what the program has printed. */
export interface Ended {
  readonly response: Uint8Array;
  readonly printed: string;
}

/** Processes of plugins/program-host.ts that run nothing now. */
const idle: ChildProcess[] = [];

/** Runs a program in a process that runs others before and after it. */
export async function runInHost(request: language.RunRequest, engine: Engine): Promise<language.RunResponse | number> {
  const host = idle.pop() ?? start();
  const started: Started = { request: request.serializeBinary(), engine: engine.address };
  host.send(started);
  const end = await new Promise<Ended | number>((resolve) => {
    host.once('message', (ended: Ended) => resolve(ended));
    host.once('exit', (code) => resolve(code ?? 1));
  });
  host.removeAllListeners();
  if (typeof end === 'number') return end;
  idle.push(host);
  for (const line of end.printed.split('\n').filter(Boolean)) await engine.show(line);
  return language.RunResponse.deserializeBinary(end.response);
}

function start(): ChildProcess {
  const host = fork(new URL('../plugins/program-host.ts', import.meta.url), {
    execPath: nodeProgram,
    // Pulumi takes a stack trace for every promise and every resource.
    execArgv: ['--disable-warning=ExperimentalWarning', '--stack-trace-limit=0', '--max-semi-space-size=64'],
    env: { NODE_COMPILE_CACHE: compiledFolder },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // It does not keep this process alive.
  host.unref();
  host.channel?.unref();
  return host;
}
