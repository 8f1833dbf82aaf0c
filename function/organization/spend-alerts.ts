import type { SpendAlert } from '../auth/rules.ts';
import type { CreateSpendAlertBody, OrganizationSpendAlert, ProjectSpendAlert } from '../dialects/organization.gen.ts';
import { ApiError } from '../errors.ts';
import type { RulesChange } from '../keys/directory.ts';
import { isShortId } from '../keys/key-text.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { changed } from './ids.ts';
import { listReply, pageIn } from './lists.ts';
import { deletedObject } from './objects.ts';
import { list, plain, post, type AdminCall, type AdminOperation } from './operation.ts';
import { invalidField } from './requests.ts';
import { changeAudit, subjects, type Subject } from './subjects.ts';

/** Alerts of one project, or of the organization: with all their recipients they stay within one item of DynamoDB. */
const maxAlerts = 50;

const idPrefix = 'alert_';

/** The operations on the spend alerts of projects and of the organization. */
export const spendAlertOperations: readonly AdminOperation[] = subjects.flatMap((subject) => {
  const all = { path: `${subject.path}/spend_alerts`, scope: 'admin' } as const;
  const one = { path: `${all.path}/:alert`, scope: 'admin' } as const;

  /** Changes the alerts of a subject; `change` is called with those that the write depends on. */
  async function change(call: AdminCall, id: string, decide: (alerts: readonly SpendAlert[]) => readonly SpendAlert[]) {
    const projectId = await subject.open(call);
    const decideRules = (rules: RulesChange['rules']): RulesChange => {
      const spendAlerts = decide(rules.spendAlerts ?? []);
      const threshold_amount = spendAlerts.find((each) => each.id === id)?.threshold;
      const alert = { id: idPrefix + id, ...(threshold_amount !== undefined && { threshold_amount }) };
      const audit = changeAudit(subject, projectId, { spend_alert: alert });
      return { rules: { ...rules, spendAlerts }, audit };
    };
    changed('project', await call.keys.changeRules(projectId, decideRules, call.actor));
  }

  async function alertsOf(call: AdminCall): Promise<readonly SpendAlert[]> {
    return (await call.keys.rules(await subject.found(call))).spendAlerts ?? [];
  }

  return [
    list(all, organizationRequests.spendAlertList, async (call, query) => {
      const alerts = (await alertsOf(call)).map((alert) => alertObject(subject, alert));
      const { items, hasMore } = pageIn(alerts, query);
      return listReply(items, hasMore);
    }),

    post(all, organizationRequests.spendAlert, async (call, body) => {
      const alert = alertIn(body, call.newId());
      await change(call, alert.id, (alerts) => {
        if (alerts.length >= maxAlerts) throw tooMany(subject);
        return [...alerts, alert];
      });
      return alertObject(subject, alert);
    }),

    plain('GET', one, async (call) => {
      const id = idInPath(call);
      const found = (await alertsOf(call)).find((each) => each.id === id);
      if (found === undefined) throw noAlert();
      return alertObject(subject, found);
    }),

    post(one, organizationRequests.spendAlert, async (call, body) => {
      const alert = alertIn(body, idInPath(call));
      await change(call, alert.id, (alerts) => {
        checkAmong(alerts, alert.id);
        return alerts.map((each) => (each.id === alert.id ? alert : each));
      });
      return alertObject(subject, alert);
    }),

    plain('DELETE', one, async (call) => {
      const id = idInPath(call);
      await change(call, id, (alerts) => {
        checkAmong(alerts, id);
        return alerts.filter((each) => each.id !== id);
      });
      return deletedObject(`${subject.name}.spend_alert.deleted`, idPrefix + id);
    }),
  ];
});

/** The alert that a request describes. Throws the ApiError 400 for a recipient that no mail could reach. */
function alertIn({ threshold_amount, notification_channel: channel }: CreateSpendAlertBody, id: string): SpendAlert {
  const { recipients, subject_prefix } = channel;
  const at = recipients.findIndex((each) => !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(each));
  if (at >= 0) throw invalidField(`notification_channel.recipients[${at}]`, 'it is no e-mail address.');
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(subject_prefix ?? ''))
    throw invalidField('notification_channel.subject_prefix', 'it has control characters or half a surrogate pair.');
  return {
    id,
    threshold: threshold_amount,
    recipients: [...new Set(recipients)],
    ...(typeof subject_prefix === 'string' && subject_prefix !== '' && { subjectPrefix: subject_prefix }),
  };
}

function alertObject({ name }: Subject, alert: SpendAlert): ProjectSpendAlert | OrganizationSpendAlert {
  const { id, threshold, recipients, subjectPrefix } = alert;
  return {
    id: idPrefix + id,
    object: `${name}.spend_alert`,
    threshold_amount: threshold,
    currency: 'USD',
    interval: 'month',
    notification_channel: { type: 'email', recipients: [...recipients], subject_prefix: subjectPrefix ?? null },
  };
}

/** The id in the path. Throws the ApiError 404 for a text that is none. */
function idInPath({ param }: AdminCall): string {
  const text = param('alert');
  const id = text.slice(idPrefix.length);
  if (!text.startsWith(idPrefix) || !isShortId(id)) throw noAlert();
  return id;
}

function checkAmong(alerts: readonly SpendAlert[], id: string): void {
  if (!alerts.some((each) => each.id === id)) throw noAlert();
}

function noAlert(): ApiError {
  return new ApiError('This spend alert does not exist.', { status: 404, code: 'not_found' });
}

function tooMany({ name }: Subject): ApiError {
  return new ApiError(`This ${name} has ${maxAlerts} spend alerts, which is the most: delete one first.`, {
    status: 400,
    code: 'too_many_spend_alerts',
  });
}
