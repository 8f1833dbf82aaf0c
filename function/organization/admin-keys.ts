import { adminAccountId, adminProjectId, isAdminKeyId } from '../keys/key-text.ts';
import type { KeyRecord } from '../keys/records.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { changed, notFound, recordId, withPrefix } from './ids.ts';
import { listReply, pageOf } from './lists.ts';
import { adminKeyObject, deletedObject } from './objects.ts';
import { list, plain, post, type AdminCall, type AdminOperation } from './operation.ts';
import { checkName, expiryOf, invalidField } from './requests.ts';

const all = { path: '/admin_api_keys', scope: 'admin' } as const;
const one = { path: `${all.path}/:key`, scope: 'admin' } as const;

/** A year: the longest life of an admin key that has an end, as in OpenAI's document. */
const maxLifetimeSeconds = 31_536_000;

/** The operations on admin keys. */
export const adminKeyOperations: readonly AdminOperation[] = [
  list(all, organizationRequests.adminKeyList, async ({ keys }, query) => {
    const { items, hasMore } = await keys.keys(adminProjectId, pageOf(query, adminKeyId));
    return listReply(items.map(adminKeyObject), hasMore);
  }),

  post(all, organizationRequests.adminKeyCreate, async ({ keys, actor, now }, { name, ...body }) => {
    checkName(name);
    const expiresAt = expiryOf(body, now);
    if (expiresAt !== undefined && expiresAt - now > maxLifetimeSeconds)
      throw invalidField('expires_at', 'an admin key ends within a year, or never.');
    const issued = await keys.createKey(
      {
        projectId: adminProjectId,
        accountId: adminAccountId,
        name,
        kind: 'admin',
        scopes: ['admin'],
        ...(expiresAt !== undefined && { expiresAt }),
      },
      actor,
    );
    if (issued === undefined) throw new Error('the directory has made no admin key');
    return { ...adminKeyObject(issued.record), value: issued.value };
  }),

  plain('GET', one, async (call) => adminKeyObject(await keyInPath(call))),

  plain('DELETE', one, async (call) => {
    const key = await keyInPath(call);
    const { id } = changed('key', await call.keys.revokeKey(key.id, call.actor));
    return deletedObject('organization.admin_api_key.deleted', withPrefix('key', id));
  }),
];

/** The admin key in the path. Throws the ApiError 404 where there is none. */
async function keyInPath({ keys, param }: AdminCall): Promise<KeyRecord> {
  const id = adminKeyId(param('key'));
  const key = id === undefined ? undefined : await keys.key(id);
  if (key?.state !== 'active' || key.kind !== 'admin') throw notFound('key');
  return key;
}

/** The id of an admin key; undefined for any other text. */
function adminKeyId(text: string): string | undefined {
  const id = recordId('key', text);
  return id !== undefined && isAdminKeyId(id) ? id : undefined;
}
