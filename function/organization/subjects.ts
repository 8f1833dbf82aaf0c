import type { RulesChange } from '../keys/directory.ts';
import type { AdminCall } from './operation.ts';
import { activeProject, projectInPath } from './projects.ts';

/** What a limit or an alert of spending is about: a project, or the organization. */
export interface Subject {
  readonly name: 'project' | 'organization';
  /** What paths of it begin with. */
  readonly path: string;
  /** The id of the project in the path; undefined for the organization. Rejects with the ApiError 404 where there is none. */
  readonly found: (call: AdminCall) => Promise<string | undefined>;
  /** Like `found`, for changes: rejects with the ApiError 400 for an archived project too. */
  readonly open: (call: AdminCall) => Promise<string | undefined>;
}

const organization = () => Promise.resolve(undefined);

/** Everything that spending is limited of. */
export const subjects: readonly Subject[] = [
  { name: 'organization', path: '', found: organization, open: organization },
  {
    name: 'project',
    path: '/projects/:project',
    found: async (call) => (await projectInPath(call)).id,
    open: async (call) => (await activeProject(call)).id,
  },
];

/** What the audit log says of a change of a project or of the organization. */
export function changeAudit(
  { name }: Subject,
  projectId: string | undefined,
  changes: Readonly<Record<string, unknown>>,
): RulesChange['audit'] {
  return { type: `${name}.updated`, details: { id: projectId ?? name, changes_requested: changes } };
}
