import { createRequire } from 'node:module';
import path from 'node:path';

import { PulumiCommand } from '@pulumi/pulumi/automation/index.js';

/**
 * The CLI that `npx pulumi` runs, downloaded if need be. The `pulumi` of npm is a script around it, which does not pass signals on: a command
 * could not be cancelled. Rejects if the CLI cannot be downloaded.
 */
export async function pulumiCommand(): Promise<PulumiCommand> {
  const { resolve }: { resolve: () => Promise<string> } = createRequire(import.meta.url)('pulumi/lib/resolve.js');
  const program = await resolve();
  return PulumiCommand.get({ root: path.dirname(path.dirname(program)) });
}
