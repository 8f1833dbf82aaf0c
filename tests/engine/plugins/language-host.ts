// The part of Pulumi's language host for Node that one program needs: it runs the program, and plugins written in JavaScript, with the
// runners of @pulumi/pulumi.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

import languageService from '@pulumi/pulumi/proto/language_grpc_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import language from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';

import { shellWords } from '../support/shell-words.ts';
import { serve, unary } from './serve.ts';

/** Exit code of the runner after which the language host adds no message. */
const userInformedExitCode = 32;

const engine = process.argv[2] ?? '';

serve(languageService.LanguageRuntimeService, {
  getPluginInfo: unary(() => new plugin.PluginInfo()),
  // Resources name the versions of their providers; no plugin is fetched before.
  getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
  run: unary(run),
  runPlugin,
  // The packages are there.
  installDependencies: (call: ServerWritableStream<unknown, unknown>) => call.end(),
});

async function run(request: language.RunRequest): Promise<language.RunResponse> {
  const code = await start(request);
  const answer = new language.RunResponse();
  if (code === userInformedExitCode) return answer.setBail(true);
  return code === 0 ? answer : answer.setError(`Program exited with non-zero exit code: ${code}`);
}

function start(request: language.RunRequest): Promise<number> {
  const info = request.getInfo();
  const { nodeargs = '', typescript = true } = options(info);
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const runner = createRequire(path.join(folder, 'package.json')).resolve('@pulumi/pulumi/cmd/run');
  const flags = Object.entries({
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    'root-directory': info?.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  }).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  if (request.getDryrun()) flags.push('--dry-run');
  const nodeArguments = shellWords(nodeargs);
  const child = spawn(
    'node',
    [...nodeArguments, runner, ...flags, info?.getEntryPoint() ?? '.', ...request.getArgsList()],
    {
      cwd: request.getPwd(),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        PULUMI_NODEJS_TYPESCRIPT: String(typescript),
      },
    },
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Runners of plugins and their arguments, by kind: of components, and of packs of policies. */
const pluginRunners: Readonly<Record<string, (folder: string, args: readonly string[]) => readonly string[]>> = {
  resource: (folder, args) => ['@pulumi/pulumi/cmd/run-plugin', folder, ...args],
  analyzer: (folder, args) => ['@pulumi/pulumi/cmd/run-policy-pack', ...args, folder],
};

/** Runs a plugin, and passes on what it prints. */
function runPlugin(call: ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>): void {
  const { request } = call;
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const [module = '', ...args] = pluginRunners[request.getKind()]?.(folder, request.getArgsList()) ?? [];
  const runner = createRequire(path.join(folder, 'package.json')).resolve(module);
  const { nodeargs = '', typescript = true } = options(info);
  const variables = request.getEnvList().map((line) => line.split(/=(.*)/s, 2));
  const child = spawn('node', [...shellWords(nodeargs), runner, ...args], {
    // A pack of policies reads its version from the package.json of the working folder.
    cwd: request.getKind() === 'analyzer' ? folder : request.getPwd(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...Object.fromEntries(variables), PULUMI_NODEJS_TYPESCRIPT: String(typescript) },
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

/** The `runtime.options` of Pulumi.yaml. */
function options(info: language.ProgramInfo | undefined): { nodeargs?: string; typescript?: boolean } {
  return info?.getOptions()?.toJavaScript() ?? {};
}
