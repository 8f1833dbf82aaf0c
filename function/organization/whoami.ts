import { isModelAllowed } from '../auth/authorise.ts';
import { unlimited } from '../auth/rate-limits.ts';
import type { Caller } from '../auth/caller.ts';
import type { RateLimit, Rules } from '../auth/rules.ts';
import { scopesOf } from '../auth/scopes.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { permissionsOf } from '../catalog/permissions.ts';
import type { Whoami } from '../dialects/organization.gen.ts';
import { json } from '../http/json.ts';
import { callerLimit, stackLimits } from '../metering/limits.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import type { RequestContext } from '../request-context.ts';
import { withPrefix } from './ids.ts';

/** Says who calls and what they may do: for whoever has a key and does not know which. */
export const whoami: Handler = {
  run({ caller, services }) {
    const { id, method, project, models, expiresAt, rules } = caller;
    const answer: Whoami = {
      object: 'whoami',
      id,
      method,
      project_id: project === undefined ? null : withPrefix('project', project),
      scopes: [...scopesOf(caller)],
      models: models === undefined ? null : [...models],
      model_permissions: permissionsShown(rules?.project),
      rate_limits: limitsShown({ caller, services }),
      caller_rate_limit: ownLimitShown(caller, services.catalog),
      spend_limit: spendShown(rules?.project),
      expires_at: expiresAt ?? null,
    };
    return json(answer, { headers: { 'cache-control': 'no-store' } });
  },
};

/** What the project may use. The names of a deny list show in no list either. */
function permissionsShown({ models }: Rules = {}): Whoami['model_permissions'] {
  if (models === undefined) return null;
  return { mode: models.mode, model_ids: models.mode === 'allow_list' ? [...models.ids] : null };
}

/** The limits of the project, for the names of the catalog that this caller may ask for. */
function limitsShown({
  caller: { models, rules },
  services: { catalog, backendFacts },
}: Pick<RequestContext, 'caller' | 'services'>): Whoami['rate_limits'] {
  const { models: list, rateLimits = {} } = rules?.project ?? {};
  const permissions = list && permissionsOf(list, { catalog, backendFacts });
  const mayAsk = (name: string): boolean =>
    Object.hasOwn(catalog.models, name) &&
    isModelAllowed(models, name, name) &&
    permissions?.name(name, name) !== 'denied';
  const shown = Object.entries(rateLimits).filter(([name]) => mayAsk(name));
  return shown.map(([model, limit]) => Object.assign({ model }, numbersOf(limit)));
}

/** What the config of the stack sets for each key, or for each caller with a JWT. */
function ownLimitShown(caller: Caller, { limits }: Catalog): Whoami['caller_rate_limit'] {
  const limit = callerLimit(caller, stackLimits(limits));
  return limit === undefined ? null : numbersOf(limit);
}

function numbersOf({ requestsPerMinute, tokensPerMinute, requestsPerDay }: RateLimit) {
  return {
    max_requests_per_1_minute: requestsPerMinute ?? unlimited,
    max_tokens_per_1_minute: tokensPerMinute ?? unlimited,
    max_requests_per_1_day: requestsPerDay ?? unlimited,
  };
}

/** The project's own limit: that of the organization is for its administrators. */
function spendShown({ spendLimit }: Rules = {}): Whoami['spend_limit'] {
  return spendLimit === undefined ? null : { threshold_amount: spendLimit, currency: 'USD', interval: 'month' };
}
