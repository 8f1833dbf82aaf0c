// Pulumi's language host for Node, as far as one program needs it: it has the program run by the runner of @pulumi/pulumi.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

import languageService from '@pulumi/pulumi/proto/language_grpc_pb.js';
import language from '@pulumi/pulumi/proto/language_pb.js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';

import { shellWords } from '../support/shell-words.ts';
import { serve, unary } from './serve.ts';

/** The exit code of the runner when it has told the user everything already. */
const userInformedExitCode = 32;

const engine = process.argv[2] ?? '';

serve(languageService.LanguageRuntimeService, {
  getPluginInfo: unary(() => new plugin.PluginInfo()),
  // The program names the version of each provider when it registers resources; nothing is fetched ahead of that.
  getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
  run: unary(run),
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

/** `runtime.options` of Pulumi.yaml. */
function options(info: language.ProgramInfo | undefined): { nodeargs?: string; typescript?: boolean } {
  return info?.getOptions()?.toJavaScript() ?? {};
}
