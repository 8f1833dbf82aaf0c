import type { Scope } from '../auth/caller.ts';
import { scopesOf } from '../auth/scopes.ts';
import type { ProjectApiKey } from '../dialects/organization.gen.ts';
import { ApiError } from '../errors.ts';
import type { Actor, NewKey } from '../keys/directory.ts';
import { placeOf } from '../keys/key-text.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from '../keys/records.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { checkChange, checkExpiry, checkScopes, type Change } from './holder.ts';
import { changed, notFound, recordId, withPrefix } from './ids.ts';
import { listReply, pageOf } from './lists.ts';
import { accessOf, apiKeyObject, deletedObject, type Owner } from './objects.ts';
import { list, plain, post, type AdminCall, type AdminOperation } from './operation.ts';
import { activeProject, projectInPath } from './projects.ts';
import { checkName, expiryOf } from './requests.ts';

const all = { path: '/projects/:project/api_keys', scope: 'keys.manage' } as const;
const one = { path: `${all.path}/:key`, scope: 'keys.manage' } as const;

/** The operations on the keys of a project, whichever service account they belong to. */
export const keyOperations: readonly AdminOperation[] = [
  list(all, organizationRequests.apiKeyList, async (call, query) => {
    const project = await projectInPath(call);
    const page = pageOf(query, (text) => keyIn(project, text));
    // The keys of deleted accounts are in no list: what is left is good as long as the project is.
    const wanted = query.owner_project_access ?? 'active';
    if (wanted !== 'any' && wanted !== accessOf(project)) return listReply([], false);
    const { items, hasMore } = await call.keys.keys(project.id, page);
    return listReply(await keyObjects(call, project, items), hasMore);
  }),

  plain('GET', one, async (call) => {
    return keyObject(call, await keyInPath(call, await projectInPath(call)));
  }),

  post(one, organizationRequests.apiKeyUpdate, async (call, body) => {
    const { key, owner } = await usableKey(call);
    checkChange(call.holder, key, 'update');
    const change = changeOf(call, body);
    const updated =
      Object.keys(change).length === 0 ? key : await call.keys.updateKey(key.id, change, actorFor(call, 'update'));
    return keyObject(call, { key: changed('key', updated), owner });
  }),

  post({ ...one, path: `${one.path}/rotate` }, organizationRequests.apiKeyRotate, async (call, body) => {
    const { key, owner } = await usableKey(call);
    checkChange(call.holder, key, 'rotate');
    const issued = await call.keys.rotateKey(key.id, body.grace_seconds ?? 0, actorFor(call, 'rotate'));
    const { record, value } = changed('key', issued);
    return { ...(await keyObject(call, { key: record, owner })), value };
  }),

  plain('DELETE', one, async (call) => {
    const { key } = await keyInPath(call, await projectInPath(call));
    checkChange(call.holder, key, 'delete');
    const { id } = changed('key', await call.keys.revokeKey(key.id, actorFor(call, 'delete')));
    return deletedObject('organization.project.api_key.deleted', withPrefix('key', id));
  }),
];

/** What a request says of a key that is to be made. */
interface KeyRequest {
  readonly scopes?: readonly Scope[];
  readonly expires_in_seconds?: number | null;
  readonly expires_at?: number | null;
}

/**
 * A new key of a service account, as its maker may make it. Where the maker's own key expires, so does one for which nothing else is
 * asked. Throws the ApiError 400 for a time in the past, and 403 for rights that the maker has not.
 */
export function newKey(
  { holder, now }: Pick<AdminCall, 'holder' | 'now'>,
  { projectId, id }: Pick<AccountRecord, 'projectId' | 'id'>,
  { name, ...request }: KeyRequest & { readonly name: string },
): NewKey {
  checkName(name);
  const scopes = [...new Set(scopesOf(request))];
  checkScopes(holder, scopes);
  const asked = expiryOf(request, now);
  if (asked !== undefined) checkExpiry(holder, asked);
  const expiresAt = asked ?? holder?.expiresAt;
  return { projectId, accountId: id, name, kind: 'project', scopes, ...(expiresAt !== undefined && { expiresAt }) };
}

/** The actor of a change of keys: what the caller may not change is refused by the record that the write depends on. */
function actorFor({ actor, holder }: Pick<AdminCall, 'actor' | 'holder'>, change: Change): Actor {
  return holder === undefined ? actor : { ...actor, permits: (key) => checkChange(holder, key, change) };
}

function changeOf(
  { holder, now }: AdminCall,
  request: Pick<KeyRequest, 'scopes'> & { readonly expires_in_seconds?: number },
): { readonly scopes?: readonly Scope[]; readonly expiresAt?: number } {
  const scopes = request.scopes && [...new Set(scopesOf(request))];
  if (scopes !== undefined) checkScopes(holder, scopes);
  const expiresAt = expiryOf(request, now);
  if (expiresAt !== undefined) checkExpiry(holder, expiresAt);
  return { ...(scopes !== undefined && { scopes }), ...(expiresAt !== undefined && { expiresAt }) };
}

/** A key and whose it is. */
interface OwnedKey {
  readonly key: KeyRecord;
  readonly owner: Owner;
}

/** The key in the path, to change it. Throws the ApiError 404 where there is none, and 400 where it is good for nothing any more. */
async function usableKey(call: AdminCall): Promise<OwnedKey> {
  const found = await keyInPath(call, await activeProject(call));
  const { expiresAt } = found.key;
  if (expiresAt === undefined || expiresAt > call.now) return found;
  throw new ApiError('This API key has expired: create another one.', { status: 400, code: 'api_key_expired' });
}

/** The key in the path. Throws the ApiError 404 where the project has none of this id, or it or its account has been deleted. */
async function keyInPath({ keys, param }: AdminCall, project: ProjectRecord): Promise<OwnedKey> {
  const id = keyIn(project, param('key'));
  if (id === undefined) throw notFound('key');
  const [key, account] = await Promise.all([keys.key(id), keys.account(project.id, placeOf(id).accountId)]);
  if (key?.state !== 'active' || key.kind !== 'project' || account?.state !== 'active') throw notFound('key');
  return { key, owner: { project, account } };
}

/** The id of a key of this project; undefined for any other text. */
function keyIn(project: ProjectRecord, text: string): string | undefined {
  const id = recordId('key', text);
  return id !== undefined && placeOf(id).projectId === project.id ? id : undefined;
}

/** A key in OpenAI's words. */
async function keyObject({ usage }: Pick<AdminCall, 'usage'>, { key, owner }: OwnedKey): Promise<ProjectApiKey> {
  return apiKeyObject(key, owner, (await usage.lastUsed([key.id])).get(key.id));
}

/** Keys in OpenAI's words. The account of several keys is read once. */
async function keyObjects(
  { keys, usage }: AdminCall,
  project: ProjectRecord,
  records: readonly KeyRecord[],
): Promise<ProjectApiKey[]> {
  const ids = Array.from(new Set(records.map(({ id }) => placeOf(id).accountId)));
  const [lastUsed, found] = await Promise.all([
    usage.lastUsed(records.map(({ id }) => id)),
    Promise.all(ids.map((id) => keys.account(project.id, id))),
  ]);
  const accounts = new Map(found.flatMap((account) => (account === undefined ? [] : [[account.id, account] as const])));
  return records.flatMap((record) => {
    const account = accounts.get(placeOf(record.id).accountId);
    return account === undefined ? [] : [apiKeyObject(record, { project, account }, lastUsed.get(record.id))];
  });
}
