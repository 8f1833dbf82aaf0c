import type { ReconcileReply } from '../dialects/organization.gen.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { post, type AdminOperation } from './operation.ts';

/** Makes the user pool and the table agree again, after a write of one of them has failed. */
export const reconcileOperation: AdminOperation = post(
  { path: '/reconcile', scope: 'admin' },
  organizationRequests.reconcile,
  async ({ keys, actor, isOver }, { after }) => {
    const { next = null, ...counts } = await keys.reconcile(actor, { after, isOver });
    const reply: ReconcileReply = { object: 'organization.reconcile', ...counts, next };
    return reply;
  },
);
