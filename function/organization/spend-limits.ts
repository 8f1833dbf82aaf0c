import type {
  OrganizationSpendLimitDeletedResource,
  OrganizationSpendLimitResource,
  ProjectSpendLimitDeletedResource,
  ProjectSpendLimitResource,
} from '../dialects/organization.gen.ts';
import { ApiError } from '../errors.ts';
import type { RulesChange } from '../keys/directory.ts';
import { cent } from '../metering/places.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { changed } from './ids.ts';
import { plain, post, type AdminCall, type AdminOperation } from './operation.ts';
import { changeAudit, subjects, type Subject } from './subjects.ts';

/** The operations on the spend limits of projects and of the organization. */
export const spendLimitOperations: readonly AdminOperation[] = subjects.flatMap((subject) => {
  const place = { path: `${subject.path}/spend_limit`, scope: 'admin' } as const;
  return [
    plain('GET', place, async (call) => {
      const projectId = await subject.found(call);
      const { spendLimit } = await call.keys.rules(projectId);
      if (spendLimit === undefined) throw noLimit(subject);
      return await limitObject(subject, spendLimit, { call, projectId });
    }),

    post(place, organizationRequests.spendLimit, async (call, { threshold_amount: spendLimit }) => {
      const projectId = await subject.open(call);
      const audit = auditOf(subject, projectId, spendLimit);
      const decide = (rules: RulesChange['rules']): RulesChange | undefined =>
        rules.spendLimit === spendLimit ? undefined : { rules: { ...rules, spendLimit }, audit };
      changed('project', await call.keys.changeRules(projectId, decide, call.actor));
      return await limitObject(subject, spendLimit, { call, projectId });
    }),

    plain('DELETE', place, async (call) => {
      const projectId = await subject.open(call);
      const audit = auditOf(subject, projectId);
      const decide = ({ spendLimit, ...rules }: RulesChange['rules']): RulesChange => {
        if (spendLimit === undefined) throw noLimit(subject);
        return { rules, audit };
      };
      changed('project', await call.keys.changeRules(projectId, decide, call.actor));
      const answer: ProjectSpendLimitDeletedResource | OrganizationSpendLimitDeletedResource = {
        object: `${subject.name}.spend_limit.deleted`,
        deleted: true,
      };
      return answer;
    }),
  ];
});

function auditOf(subject: Subject, projectId: string | undefined, amount?: number): RulesChange['audit'] {
  return changeAudit(subject, projectId, { spend_limit: amount === undefined ? {} : { threshold_amount: amount } });
}

/** A limit is enforcing while not even the cheapest request would have room. */
async function limitObject(
  { name }: Subject,
  amount: number,
  { call, projectId }: { readonly call: AdminCall; readonly projectId: string | undefined },
): Promise<ProjectSpendLimitResource | OrganizationSpendLimitResource> {
  const { held } = await call.usage.monthSpend(projectId);
  return {
    object: `${name}.spend_limit`,
    threshold_amount: amount,
    currency: 'USD',
    interval: 'month',
    enforcement: { status: held >= amount * cent ? 'enforcing' : 'inactive' },
  };
}

function noLimit({ name }: Subject): ApiError {
  return new ApiError(`This ${name} has no spend limit.`, { status: 404, code: 'not_found' });
}
