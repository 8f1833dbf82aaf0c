import { validate as adminKeyCreate } from '../../schemas/compiled/admin-key-create-request.mjs';
import { validate as adminKeyList } from '../../schemas/compiled/admin-key-list-query.mjs';
import { validate as apiKeyList } from '../../schemas/compiled/api-key-list-query.mjs';
import { validate as apiKeyRotate } from '../../schemas/compiled/api-key-rotate-request.mjs';
import { validate as apiKeyUpdate } from '../../schemas/compiled/api-key-update-request.mjs';
import { validate as auditLogList } from '../../schemas/compiled/audit-log-list-query.mjs';
import { validate as modelPermissions } from '../../schemas/compiled/model-permissions-request.mjs';
import { validate as costs } from '../../schemas/compiled/costs-query.mjs';
import { validate as noFields } from '../../schemas/compiled/no-fields.mjs';
import { validate as projectCreate } from '../../schemas/compiled/project-create-request.mjs';
import { validate as projectList } from '../../schemas/compiled/project-list-query.mjs';
import { validate as projectUpdate } from '../../schemas/compiled/project-update-request.mjs';
import { validate as rateLimitList } from '../../schemas/compiled/rate-limit-list-query.mjs';
import { validate as rateLimit } from '../../schemas/compiled/rate-limit-request.mjs';
import { validate as reconcile } from '../../schemas/compiled/reconcile-request.mjs';
import { validate as accountCreate } from '../../schemas/compiled/service-account-create-request.mjs';
import { validate as accountKeyCreate } from '../../schemas/compiled/service-account-key-create-request.mjs';
import { validate as accountList } from '../../schemas/compiled/service-account-list-query.mjs';
import { validate as accountUpdate } from '../../schemas/compiled/service-account-update-request.mjs';
import { validate as spendAlertList } from '../../schemas/compiled/spend-alert-list-query.mjs';
import { validate as spendAlert } from '../../schemas/compiled/spend-alert-request.mjs';
import { validate as spendLimit } from '../../schemas/compiled/spend-limit-request.mjs';
import { validate as completionsUsage } from '../../schemas/compiled/usage-completions-query.mjs';
import { validate as embeddingsUsage } from '../../schemas/compiled/usage-embeddings-query.mjs';
import { invalidRequest } from './invalid.ts';
import type { Violation } from './violation.ts';

/** A compiled validator. */
interface Validator<Value> {
  (value: unknown): value is Value;
  errors?: readonly Violation[] | null;
}

/** Turns a body, or the parameters of a query, into a typed request. Throws an ApiError 400 that names the field at fault. */
export type RequestReader<Value> = (value: unknown) => Value;

/** The requests of the administration API. */
export const organizationRequests = {
  noFields: reader(noFields),
  projectList: reader(projectList),
  projectCreate: reader(projectCreate),
  projectUpdate: reader(projectUpdate),
  accountList: reader(accountList),
  accountCreate: reader(accountCreate),
  accountUpdate: reader(accountUpdate),
  accountKeyCreate: reader(accountKeyCreate),
  apiKeyList: reader(apiKeyList),
  apiKeyUpdate: reader(apiKeyUpdate),
  apiKeyRotate: reader(apiKeyRotate),
  adminKeyList: reader(adminKeyList),
  adminKeyCreate: reader(adminKeyCreate),
  modelPermissions: reader(modelPermissions),
  rateLimitList: reader(rateLimitList),
  rateLimit: reader(rateLimit),
  auditLogList: reader(auditLogList),
  completionsUsage: reader(completionsUsage),
  embeddingsUsage: reader(embeddingsUsage),
  costs: reader(costs),
  reconcile: reader(reconcile),
  spendLimit: reader(spendLimit),
  spendAlertList: reader(spendAlertList),
  spendAlert: reader(spendAlert),
};

function reader<Value>(validate: Validator<Value>): RequestReader<Value> {
  return (value) => {
    if (validate(value)) return value;
    throw invalidRequest(validate.errors?.[0], value);
  };
}
