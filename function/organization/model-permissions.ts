import type { ModelPermissions } from '../auth/rules.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isKnownName } from '../catalog/known-names.ts';
import { isPattern } from '../catalog/names.ts';

import type {
  ProjectModelPermissions,
  ProjectModelPermissionsDeleteResponse,
  ProjectModelPermissionsUpdateRequest,
} from '../dialects/organization.gen.ts';
import type { RulesChange } from '../keys/directory.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { changed } from './ids.ts';
import { plain, post, type AdminOperation } from './operation.ts';
import { activeProject, projectInPath } from './projects.ts';
import { invalidField } from './requests.ts';

const place = { path: '/projects/:project/model_permissions', scope: 'admin' } as const;

/** What holds for a project for which nothing is set: nothing is denied. */
const unlimited: ModelPermissions = { mode: 'deny_list', ids: [] };

/** The operations on the models that a project may use. */
export const modelPermissionOperations: readonly AdminOperation[] = [
  plain('GET', place, async (call) => {
    const { id } = await projectInPath(call);
    return permissionsObject((await call.keys.rules(id)).models ?? unlimited);
  }),

  post(place, organizationRequests.modelPermissions, async (call, body) => {
    const { id } = await activeProject(call);
    const models = permissionsIn(body, call.catalog);
    const decide = (rules: RulesChange['rules']): RulesChange | undefined =>
      isSame(rules.models, models) ? undefined : { rules: { ...rules, models }, audit: auditOf(id, models) };
    const rules = changed('project', await call.keys.changeRules(id, decide, call.actor));
    return permissionsObject(rules.models ?? unlimited);
  }),

  plain('DELETE', place, async (call) => {
    const { id } = await activeProject(call);
    let deleted = false;
    const decide = ({ models, ...rules }: RulesChange['rules']): RulesChange | undefined => {
      deleted = models !== undefined;
      return deleted ? { rules, audit: auditOf(id, unlimited) } : undefined;
    };
    changed('project', await call.keys.changeRules(id, decide, call.actor));
    const answer: ProjectModelPermissionsDeleteResponse = { object: 'project.model_permissions.deleted', deleted };
    return answer;
  }),
];

/** The permissions that a request asks for, each name once. Throws the ApiError 400 for a name that no caller could ask for. */
function permissionsIn({ mode, model_ids }: ProjectModelPermissionsUpdateRequest, catalog: Catalog): ModelPermissions {
  const at = model_ids.findIndex((name) => !isKnownName(name, catalog));
  if (at >= 0) throw invalidField(`model_ids[${at}]`, unknownName(model_ids[at] ?? ''));
  return { mode, ids: [...new Set(model_ids)] };
}

function unknownName(name: string): string {
  return isPattern(name)
    ? 'a pattern must be one that bedrock-gateway:models in the config of the stack has.'
    : "this gateway has no model of this name. Use names of GET /v1/models, or Amazon Bedrock's model IDs and ARNs.";
}

/** Whether nothing is to be changed. The order of the names means nothing, but is kept as it was sent. */
function isSame(before: ModelPermissions | undefined, { mode, ids }: ModelPermissions): boolean {
  return before?.mode === mode && before.ids.length === ids.length && ids.every((id, at) => before.ids[at] === id);
}

function auditOf(id: string, { mode, ids }: ModelPermissions): RulesChange['audit'] {
  return {
    type: 'project.updated',
    details: { id, changes_requested: { model_permissions: { mode, model_ids: ids } } },
  };
}

function permissionsObject({ mode, ids }: ModelPermissions): ProjectModelPermissions {
  return { object: 'project.model_permissions', mode, model_ids: [...ids] };
}
