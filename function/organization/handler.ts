import type { Caller } from '../auth/caller.ts';
import { checkScope, hasScope } from '../auth/scopes.ts';
import type { ApiError } from '../errors.ts';
import { json } from '../http/json.ts';
import { createRouter, type Match } from '../http/router.ts';
import type { HttpRequest } from '../http-values.ts';
import type { KeyDirectory } from '../keys/directory.ts';
import { shortId } from '../keys/key-text.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { unknownUrl, wrongMethod } from '../pipeline/unknown-url.ts';
import type { RequestContext } from '../request-context.ts';
import { holderOf, type Holder } from './holder.ts';
import { notFound, recordId } from './ids.ts';
import { accountOperations } from './accounts.ts';
import { adminKeyOperations } from './admin-keys.ts';
import { auditLogOperations } from './audit-logs.ts';
import { keyOperations } from './keys.ts';
import { spendAlertOperations } from './spend-alerts.ts';
import { spendLimitOperations } from './spend-limits.ts';
import { modelPermissionOperations } from './model-permissions.ts';
import { rateLimitOperations } from './rate-limits.ts';
import type { AdminCall, AdminOperation } from './operation.ts';
import { projectOperations } from './projects.ts';
import { reconcileOperation } from './reconcile.ts';
import { usageOperations } from './usage.ts';
import { unservedOperation } from './unserved-operations.ts';

/** Every operation of the administration API that is served. */
const operations: readonly AdminOperation[] = [
  ...projectOperations,
  ...accountOperations,
  ...keyOperations,
  ...modelPermissionOperations,
  ...rateLimitOperations,
  ...adminKeyOperations,
  ...auditLogOperations,
  ...spendLimitOperations,
  ...spendAlertOperations,
  ...usageOperations,
  reconcileOperation,
];

const findOperation = createRouter(operations);

/** The longest that one call of the table or the user pool takes. */
const storeCallMs = 8_000;

/** OpenAI's administration API. No answer may be kept by a cache: some of them have the text of a key. */
export const organization: Handler = {
  async run(context) {
    const { request, entry } = context;
    const { route: operation, param } = matchOperation(request, `/${context.param('rest')}`);
    entry.endpoint = `/v1/organization${operation.path}`;
    const call = await callOf(context, operation, param);
    return json(await operation.run(call), { headers: { 'cache-control': 'no-store' } });
  },
};

/** Finds the operation for a path and method. Throws the ApiError 404 or 405 where there is none. */
function matchOperation(request: HttpRequest, path: string): Match<AdminOperation> {
  const { method } = request;
  // No path has anything to encode, so that none has a second spelling.
  if (request.path.includes('%')) throw unknownUrl(request);
  const found = findOperation(path, method === 'HEAD' ? 'GET' : method);
  if (found !== undefined) return found;
  throw refusalOf(request, path);
}

function refusalOf(request: HttpRequest, path: string): ApiError {
  const other = findOperation(path)?.route;
  if (other === undefined) return unservedOperation(path) ?? unknownUrl(request);
  return wrongMethod(operations.filter((each) => each.path === other.path).map(({ method }) => method));
}

/** A request whose caller may make it. Throws the ApiError 403 or 404 where the caller may not. */
async function callOf(
  context: RequestContext,
  operation: AdminOperation,
  param: AdminCall['param'],
): Promise<AdminCall> {
  const { request, invocation, services, caller } = context;
  const { keys, usage, catalog, now } = services;
  if (keys === undefined || usage === undefined)
    throw new Error('the administration API is served without a directory of keys or without the usage');
  checkScope(caller, operation.scope);
  if (!hasScope(caller, 'admin') && operation.scope !== 'usage.read') checkOwnProject(caller, param('project'));
  return {
    request,
    keys,
    usage,
    catalog,
    caller,
    holder: await changing(operation, caller, keys),
    actor: { keyId: caller.keyId ?? caller.id, requestId: invocation.requestId },
    now: Math.floor(now() / 1_000),
    newId: () => shortId(now(), Buffer.from(services.newId(), 'hex')),
    isOver: () => now() >= invocation.answerBy - storeCallMs,
    param,
  };
}

/** Another project is for these callers one that does not exist. */
function checkOwnProject({ project }: Caller, text: string): void {
  if (project === undefined || recordId('project', text) !== project) throw notFound('project');
}

async function changing({ method }: AdminOperation, caller: Caller, keys: KeyDirectory): Promise<Holder | undefined> {
  return method === 'GET' || hasScope(caller, 'admin') ? undefined : await holderOf(caller, keys);
}
