import { ApiError } from '../errors.ts';

/** Parts of the administration API of OpenAI that are not served, by the first word below the organization. */
const ofOrganization: ReadonlySet<string> = new Set([
  'certificates',
  'data_retention',
  'external_keys',
  'external_storage',
  'groups',
  'invites',
  'roles',
  'usage',
  'users',
  'workload_identity_providers',
]);

/** Parts of it that are not served, by the first word below a project. */
const ofProject: ReadonlySet<string> = new Set([
  'certificates',
  'data_retention',
  'groups',
  'hosted_tool_permissions',
  'roles',
  'service_tier_settings',
  'users',
]);

/** The 404 for a path below `/v1/organization` that OpenAI serves and the gateway does not. Undefined for any other path. */
export function unservedOperation(path: string): ApiError | undefined {
  const [, first = '', , third = ''] = path.split('/');
  const known = first === 'projects' ? ofProject.has(third) && third : ofOrganization.has(first) && first;
  if (known === false) return undefined;
  return new ApiError(
    `The part ${known} of the Administration API is not served by this gateway, which manages projects, service accounts and API keys.`,
    { status: 404, code: 'unsupported_endpoint' },
  );
}
