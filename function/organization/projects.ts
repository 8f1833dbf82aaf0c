import { ApiError } from '../errors.ts';
import type { ProjectRecord } from '../keys/records.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { changed, recordId } from './ids.ts';
import { listReply, pageOf } from './lists.ts';
import { projectObject } from './objects.ts';
import { list, plain, post, type AdminCall, type AdminOperation } from './operation.ts';
import { checkName } from './requests.ts';

const all = { path: '/projects', scope: 'admin' } as const;
const one = { path: '/projects/:project', scope: 'admin' } as const;

/** The operations on projects. */
export const projectOperations: readonly AdminOperation[] = [
  list(all, organizationRequests.projectList, async ({ keys }, query) => {
    const includeArchived = query.include_archived ?? false;
    const { items, hasMore } = await keys.projects({ ...pageOf(query, projectId), includeArchived });
    return listReply(items.map(projectObject), hasMore);
  }),

  post(all, organizationRequests.projectCreate, async ({ keys, actor }, body) => {
    checkUnsupported(body);
    checkName(body.name);
    return projectObject(await keys.createProject(body.name, actor));
  }),

  plain('GET', one, async (call) => projectObject(await projectInPath(call))),

  post(one, organizationRequests.projectUpdate, async (call, body) => {
    checkUnsupported(body);
    const { name } = body;
    const project = await activeProject(call);
    if (name === undefined || name === null) return projectObject(project);
    checkName(name);
    return projectObject(changed('project', await call.keys.renameProject(project.id, name, call.actor)));
  }),

  post({ ...one, path: `${one.path}/archive` }, organizationRequests.noFields, async (call) => {
    const project = await projectInPath(call);
    if (project.state === 'archived') return projectObject(project);
    return projectObject(changed('project', await call.keys.archiveProject(project.id, call.actor)));
  }),
];

function projectId(text: string): string | undefined {
  return recordId('project', text);
}

/** The project in the path. Throws the ApiError 404 where there is none. */
export async function projectInPath({ keys, param }: Pick<AdminCall, 'keys' | 'param'>): Promise<ProjectRecord> {
  const id = projectId(param('project'));
  return changed('project', id === undefined ? undefined : await keys.project(id));
}

/** The project in the path, to change something in it. Throws the ApiError 404 where there is none, and 400 for an archived one. */
export async function activeProject(call: Pick<AdminCall, 'keys' | 'param'>): Promise<ProjectRecord> {
  const project = await projectInPath(call);
  if (project.state === 'active') return project;
  throw new ApiError('This project is archived: nothing in it can be created or updated.', {
    status: 400,
    code: 'project_archived',
  });
}

/** Fields of OpenAI's that mean nothing here. Throws the ApiError 400 where one has a value. */
function checkUnsupported(body: { readonly residency?: unknown; readonly external_key_id?: unknown }): void {
  const param = (['residency', 'external_key_id'] as const).find(
    (name) => body[name] !== undefined && body[name] !== null,
  );
  if (param === undefined) return;
  throw new ApiError(`Unsupported parameter: '${param}' is not supported by this gateway.`, {
    status: 400,
    code: 'unsupported_parameter',
    param,
  });
}
