import type { Call } from '../command.ts';
import { UsageError } from '../failure.ts';
import { path } from '../paths.ts';

/** The project that a command is about: a flag, the environment, or the config file. Rejects with UsageError where none names it. */
export async function projectOf(call: Pick<Call, 'one' | 'usual'>): Promise<string> {
  const project = call.one('project') ?? (await call.usual('project'));
  if (project !== undefined) return project;
  throw new UsageError(
    'the project is missing',
    "Pass --project <id>, or set BEDROCK_GATEWAY_PROJECT. 'bedrock-gateway projects list' shows the IDs.",
  );
}

/** The path of what a command is about: a project, or with `--organization` the organization. Rejects with UsageError. */
export async function placeOf(call: Pick<Call, 'has' | 'one' | 'usual'>): Promise<string> {
  if (!call.has('organization')) return path`/organization/projects/${await projectOf(call)}`;
  if (call.has('project')) throw new UsageError('pass either --project or --organization');
  return '/organization';
}
