import type { AuditLogListQuery } from '../dialects/organization.gen.ts';
import { ApiError } from '../errors.ts';
import type { AuditRecord } from '../keys/directory.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { listReply, pageOf, selected } from './lists.ts';
import { auditIds, auditObject, auditRecordId } from './objects.ts';
import { list, type AdminOperation } from './operation.ts';
import { invalidField } from './requests.ts';

/** How many records are read at once where only some of them show. */
const scanned = 1_000;

/** The audit log, the newest entry first. */
export const auditLogOperations: readonly AdminOperation[] = [
  list({ path: '/audit_logs', scope: 'admin' }, organizationRequests.auditLogList, async ({ keys, isOver }, query) => {
    const { before, after, limit: _limit, ...filters } = query;
    checkCursors(before, after);
    // Nobody who acts here has an e-mail address, and there are no tenants.
    if (query.actor_emails !== undefined || query.tenant_only === true) return listReply([], false);
    const isBackwards = before !== undefined;
    const page = isBackwards
      ? pageOf({ ...query, after: before, order: 'asc' }, auditRecordId)
      : pageOf({ ...query, order: 'desc' }, auditRecordId);
    const { items, hasMore } = await selected({
      query: page,
      pageSize: Object.keys(filters).length === 0 ? page.limit + 1 : scanned,
      read: (next) => keys.audit(next),
      select: (records) => records.filter((record) => shows(record, filters)).map(auditObject),
      isPast: ({ effectiveAt }) => !isBackwards && effectiveAt < earliest(filters),
      isOver,
      notFound: (last) => nothingYet(isBackwards ? 'before' : 'after', auditObject(last).id),
    });
    return listReply(isBackwards ? items.toReversed() : items, hasMore);
  }),
];

/** Throws the ApiError 400 for two cursors, and for one that no entry has. */
function checkCursors(before: string | undefined, after: string | undefined): void {
  if (before === undefined) return;
  if (after !== undefined) throw invalidField('before', 'send either before or after.');
  if (auditRecordId(before) === undefined) throw invalidField('before', 'no entry of this list has this id.');
}

/** The 400 for a search that has found nothing in its time. The entry that it came to is where the next one begins. */
function nothingYet(param: 'before' | 'after', id: string): ApiError {
  return new ApiError(
    `The time of the request was over before an entry was found. To search the rest of the log, send ${param}=${id} with the same filters.`,
    { status: 400, code: 'search_incomplete', param },
  );
}

type Filters = Omit<AuditLogListQuery, 'before' | 'after' | 'limit'>;

function shows(record: AuditRecord, filters: Filters): boolean {
  const { resource, project, actors } = auditIds(record);
  const { event_types, actor_ids, project_ids, resource_ids } = filters;
  return (
    isWithin(record.effectiveAt, filters.effective_at) &&
    isListed(event_types, [record.type]) &&
    isListed(actor_ids, actors) &&
    isListed(project_ids, [project]) &&
    isListed(resource_ids, [resource])
  );
}

/** Whether a filter lists one of these values; one that is absent lets everything pass. */
function isListed(filter: readonly string[] | undefined, values: readonly (string | undefined)[]): boolean {
  return filter === undefined || values.some((value) => value !== undefined && filter.includes(value));
}

function isWithin(time: number, range: Filters['effective_at'] = {}): boolean {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return time > gt && time >= gte && time < lt && time <= lte;
}

function earliest({ effective_at: { gt = 0, gte = 0 } = {} }: Filters): number {
  return Math.max(gt, gte);
}
