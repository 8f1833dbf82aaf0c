import type { ReconcileReply } from '../dialects/organization.gen.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { post, type AdminOperation } from './operation.ts';

/** Makes the user pool and the table agree again, after a write of one of them has failed. */
export const reconcileOperation: AdminOperation = post(
  { path: '/reconcile', scope: 'admin' },
  organizationRequests.noFields,
  async ({ keys, actor, isOver }) => {
    const reply: ReconcileReply = {
      object: 'organization.reconcile',
      ...(await keys.reconcile(actor, isOver)),
    };
    return reply;
  },
);
