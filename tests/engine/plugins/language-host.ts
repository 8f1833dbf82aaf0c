// The part of Pulumi's language host for Node that one program needs: it runs the program, and plugins written in JavaScript, with the
// runners of @pulumi/pulumi.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

import { credentials } from '@grpc/grpc-js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import engineMessages from '@pulumi/pulumi/proto/engine_pb.js';
import languageService from '@pulumi/pulumi/proto/language_grpc_pb.js';
import language from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';

import { shellWords } from '../support/shell-words.ts';
import { options } from './program-info.ts';
import type { Command } from './provider.ts';
import { unary } from './serve.ts';
import type { Plugin } from './serve.ts';

/** An engine, as a program sees it. */
export interface Engine {
  readonly address: string;
  /** Shows a line that the program has printed. */
  readonly show: (line: string) => Promise<void>;
}

/** Runs a program to its end, and returns its exit code or the response. */
export type Runner = (request: language.RunRequest, engine: Engine) => Promise<language.RunResponse | number>;

/** Exit code of Pulumi's runner after which the language host adds no message. */
const userInformedExitCode = 32;

/** Creates a language host for a command, which runs programs in this way. */
export function languageHost(runner: Runner, command: Command): Plugin {
  let engine = '';
  const methods = {
    handshake: unary((request: language.LanguageHandshakeRequest) => {
      engine = request.getEngineAddress();
      return new language.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new plugin.PluginInfo()),
    // Resources name the versions of their providers; no plugin is fetched before.
    getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
    getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
    run: unary((request: language.RunRequest) => run(request, { runner, address: engine })),
    runPlugin: (call: RunPluginCall) => runPlugin(call, command),
    // The packages are there.
    installDependencies: (call: ServerWritableStream<unknown, unknown>) => call.end(),
  };
  return { service: languageService.LanguageRuntimeService, methods };
}

interface Place {
  readonly runner: Runner;
  /** The address of the engine. */
  readonly address: string;
}

async function run(request: language.RunRequest, { runner, address }: Place): Promise<language.RunResponse> {
  const client = new engineService.EngineClient(address, credentials.createInsecure());
  const show = async (line: string): Promise<void> => {
    const message = new engineMessages.LogRequest().setMessage(`${line}\n`).setStreamid(1);
    message.setSeverity(engineMessages.LogSeverity.INFO);
    await new Promise((resolve) => client.log(message, resolve));
  };
  const ended = await runner(request, { address, show });
  client.close();
  if (typeof ended !== 'number') return ended;
  const response = new language.RunResponse();
  if (ended === userInformedExitCode) return response.setBail(true);
  return ended === 0 ? response : response.setError(`Program exited with non-zero exit code: ${ended}`);
}

/** Runners of plugins and their arguments, by kind: of components, and of packs of policies. */
const pluginRunners: Readonly<Record<string, (folder: string, args: readonly string[]) => readonly string[]>> = {
  resource: (folder, args) => ['@pulumi/pulumi/cmd/run-plugin', folder, ...args],
  analyzer: (folder, args) => ['@pulumi/pulumi/cmd/run-policy-pack', ...args, folder],
};

type RunPluginCall = ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>;

/** Runs a plugin, and passes on what it prints. */
function runPlugin(call: RunPluginCall, { environment, folder: start }: Command): void {
  const { request } = call;
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const [module = '', ...args] = pluginRunners[request.getKind()]?.(folder, request.getArgsList()) ?? [];
  const runner = createRequire(path.join(folder, 'package.json')).resolve(module);
  const { nodeargs = '', typescript = true } = options(info);
  const variables = request.getEnvList().map((line) => line.split(/=(.*)/s, 2));
  const child = spawn('node', [...shellWords(nodeargs), runner, ...args], {
    // A pack of policies reads its version from the package.json of the working folder.
    cwd: request.getKind() === 'analyzer' ? folder : path.resolve(start, request.getPwd()),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, ...Object.fromEntries(variables), PULUMI_NODEJS_TYPESCRIPT: String(typescript) },
  });
  child.stdout.on('data', (chunk: Buffer) => call.write(new language.RunPluginResponse().setStdout(chunk)));
  child.stderr.on('data', (chunk: Buffer) => call.write(new language.RunPluginResponse().setStderr(chunk)));
  child.on('close', (code) => {
    call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  // The engine ends a plugin by ending the call.
  call.on('cancelled', () => child.kill());
}
