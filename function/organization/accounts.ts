import type { ProjectServiceAccountCreateRequest } from '../dialects/organization.gen.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import type { IssuedKey, NewKey } from '../keys/directory.ts';
import type { AccountRecord, ProjectRecord } from '../keys/records.ts';
import { checkChange } from './holder.ts';
import { changed, notFound, recordId, withPrefix } from './ids.ts';
import { newKey } from './keys.ts';
import { listReply, pageOf } from './lists.ts';
import { accountObject, deletedObject, newKeyObject } from './objects.ts';
import { list, plain, post, type AdminCall, type AdminOperation } from './operation.ts';
import { activeProject, projectInPath } from './projects.ts';
import { checkName, invalidField } from './requests.ts';

const all = { path: '/projects/:project/service_accounts', scope: 'keys.manage' } as const;
const one = { path: `${all.path}/:account`, scope: 'keys.manage' } as const;

/** The name that OpenAI gives to keys for which none is asked. */
const usualKeyName = 'Secret Key';

/** The operations on the service accounts of a project, and their new keys. */
export const accountOperations: readonly AdminOperation[] = [
  list(all, organizationRequests.accountList, async (call, query) => {
    const project = await projectInPath(call);
    const { items, hasMore } = await call.keys.accounts(project.id, pageOf(query, accountId));
    return listReply(items.map(accountObject), hasMore);
  }),

  post(all, organizationRequests.accountCreate, async (call, body) => {
    checkName(body.name);
    const project = await activeProject(call);
    return body.create_service_account_only === true
      ? await bareAccount(call, project, body)
      : await accountWithKey(call, project, body);
  }),

  plain('GET', one, async (call) => accountObject(await accountInPath(call, await projectInPath(call)))),

  post(one, organizationRequests.accountUpdate, async (call, body) => {
    const account = await accountInPath(call, await activeProject(call));
    const { name, role } = body;
    if (name !== undefined) checkName(name);
    if (name === undefined && role === undefined) return accountObject(account);
    const change = { ...(name !== undefined && { name }), ...(role !== undefined && { role }) };
    return accountObject(changed('account', await call.keys.updateAccount(account, change, call.actor)));
  }),

  plain('DELETE', one, async (call) => {
    const account = await accountInPath(call, await projectInPath(call));
    await checkKeysOf(account, call);
    const { id } = changed('account', await call.keys.deleteAccount(account, call.actor));
    return deletedObject('organization.project.service_account.deleted', withPrefix('account', id));
  }),

  post(
    { ...one, path: `${one.path}/api_keys` },
    organizationRequests.accountKeyCreate,
    async (call, { name = usualKeyName, ...body }) => {
      const account = await accountInPath(call, await activeProject(call));
      return newKeyObject(
        changed('account', await call.keys.createKey(newKey(call, account, { name, ...body }), call.actor)),
      );
    },
  ),
];

type AccountRequest = ProjectServiceAccountCreateRequest;

/** An account without a key. Throws the ApiError 400 where the request says something of a key. */
async function bareAccount({ keys, actor }: AdminCall, { id }: ProjectRecord, body: AccountRequest): Promise<object> {
  const names = ['scopes', 'expires_in_seconds', 'expires_at'] as const;
  const param = names.find((name) => body[name] !== undefined && body[name] !== null);
  if (param !== undefined)
    throw invalidField(param, 'with create_service_account_only there is no key that it could be about.');
  const account = await keys.createAccount({ projectId: id, name: body.name, role: 'none' }, actor);
  return { ...accountObject(changed('project', account)), api_key: null };
}

/** An account with its first key. Where the key cannot be made, the account goes as well: the caller will try again. */
async function accountWithKey(
  call: AdminCall,
  { id: projectId }: ProjectRecord,
  body: AccountRequest,
): Promise<object> {
  const { keys, actor } = call;
  // Judged before there is an account: what follows fails by the store alone.
  const key = newKey(call, { projectId, id: '' }, { ...body, name: usualKeyName });
  const account = changed('project', await keys.createAccount({ projectId, name: body.name, role: 'member' }, actor));
  const first = await firstKey(call, account, { ...key, accountId: account.id });
  return { ...accountObject(account), api_key: newKeyObject(first) };
}

async function firstKey({ keys, actor }: AdminCall, account: AccountRecord, key: NewKey): Promise<IssuedKey> {
  try {
    return changed('account', await keys.createKey(key, actor));
  } catch (error) {
    await keys.deleteAccount(account, actor).catch(() => undefined);
    throw error;
  }
}

/** To delete an account is to end its keys. Throws the ApiError 403 where the caller may not delete one of them. */
async function checkKeysOf({ projectId, id }: AccountRecord, { keys, holder }: AdminCall): Promise<void> {
  if (holder === undefined) return;
  let after: string | undefined;
  do {
    const page = await keys.keys(projectId, { limit: 100, order: 'asc', ...(after !== undefined && { after }) });
    const own = page.items.filter((key) => key.id.startsWith(projectId + id));
    for (const key of own) checkChange(holder, key, 'delete');
    after = page.hasMore ? page.items.at(-1)?.id : undefined;
  } while (after !== undefined);
}

/** The account in the path. Throws the ApiError 404 where the project has none of this id, or it has been deleted. */
async function accountInPath({ keys, param }: AdminCall, project: ProjectRecord): Promise<AccountRecord> {
  const id = accountId(param('account'));
  const account = id === undefined ? undefined : await keys.account(project.id, id);
  if (account?.state !== 'active') throw notFound('account');
  return account;
}

function accountId(text: string): string | undefined {
  return recordId('account', text);
}
