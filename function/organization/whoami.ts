import { scopesOf } from '../auth/scopes.ts';
import type { Whoami } from '../dialects/organization.gen.ts';
import { json } from '../http/json.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { withPrefix } from './ids.ts';

/** Says who calls and what they may do: for whoever has a key and does not know which. */
export const whoami: Handler = {
  run({ caller }) {
    const { id, method, project, models, expiresAt } = caller;
    const answer: Whoami = {
      object: 'whoami',
      id,
      method,
      project_id: project === undefined ? null : withPrefix('project', project),
      scopes: [...scopesOf(caller)],
      models: models === undefined ? null : [...models],
      expires_at: expiresAt ?? null,
    };
    return json(answer, { headers: { 'cache-control': 'no-store' } });
  },
};
