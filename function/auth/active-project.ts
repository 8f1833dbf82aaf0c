import { ApiError } from '../errors.ts';
import type { Caller } from './caller.ts';
import type { FindProject } from './projects.ts';

/**
 * The caller with what is set for its project, which is looked for with every request: how long an archived one is still good, its own
 * cache says. Rejects with the ApiError 403 for a project that is unknown or archived.
 */
export async function inActiveProject(caller: Caller, finding: ReturnType<FindProject>): Promise<Caller> {
  const found = await finding;
  if (found?.state !== 'active') throw withoutProject();
  return { ...caller, projectName: found.name, ...(found.rules && { rules: found.rules }) };
}

/** A 403 for a token whose project is unknown, archived or not named. */
export function withoutProject(): ApiError {
  return new ApiError(
    'This token belongs to no active project of this gateway: its project is unknown or archived, or it names none.',
    { status: 403, code: 'project_not_active' },
  );
}
