import { awsxProvider } from '../plugins/awsx.ts';
import { languageHost } from '../plugins/language-host.ts';
import { awsProvider } from '../plugins/provider.ts';
import type { Command } from '../plugins/provider.ts';
import { randomProvider } from '../plugins/random.ts';
import { processRunner } from '../plugins/run-program.ts';
import { serve } from '../plugins/serve.ts';
import { portVariable } from './installation.ts';
import { runInHost } from './program-hosts.ts';

/** The plugins of a command, served by this process. */
export interface Plugins {
  /** The environment variables by which the command finds them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/**
 * Serves the language host and the providers for a command of the CLI. Programs and providers see the environment and the folder that
 * they would get if the CLI had started them: processes of their own would take a third of the time of these tests.
 */
export async function servePlugins(command: Command, sharesProcess: boolean): Promise<Plugins> {
  const end = new AbortController();
  const runner = sharesProcess ? runInHost : processRunner(command.environment, end.signal);
  const host = await serve(() => languageHost(runner, command));
  const aws = await serve(() => awsProvider(command));
  const random = await serve(randomProvider);
  const awsx = await serve(awsxProvider);
  const ports = Object.entries({ aws, random, awsx }).map(([name, { port }]) => [portVariable(name), String(port)]);
  return {
    // Pulumi's own variable for debuggers: the CLI connects to a language host that is already running.
    variables: { ...Object.fromEntries(ports), PULUMI_DEBUG_LANGUAGES: `nodejs:${host.port}` },
    close() {
      end.abort();
      for (const served of [host, aws, random, awsx]) served.close();
    },
  };
}
