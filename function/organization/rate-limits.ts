import { rateLimitId, unlimited } from '../auth/rate-limits.ts';
import type { RateLimit } from '../auth/rules.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ProjectRateLimit, ProjectRateLimitUpdateRequest } from '../dialects/organization.gen.ts';
import { ApiError } from '../errors.ts';
import type { RulesChange } from '../keys/directory.ts';
import { organizationRequests } from '../validate/organization-requests.ts';
import { changed } from './ids.ts';
import { listReply, pageIn } from './lists.ts';
import { list, post, type AdminCall, type AdminOperation } from './operation.ts';
import { activeProject, projectInPath } from './projects.ts';

const all = { path: '/projects/:project/rate_limits', scope: 'admin' } as const;
const one = { path: `${all.path}/:limit`, scope: 'admin' } as const;

/** OpenAI's default for this list alone. */
const usualLimit = 100;

/** Models of one project that have limits: with names of 256 characters they are 70 kB of the 400 kB that an item of the key table may have. */
const maxLimited = 200;

/** The limits of OpenAI's document that are counted here, and how they are kept. */
const fields = [
  ['max_requests_per_1_minute', 'requestsPerMinute'],
  ['max_tokens_per_1_minute', 'tokensPerMinute'],
  ['max_requests_per_1_day', 'requestsPerDay'],
] as const satisfies readonly (readonly [keyof ProjectRateLimitUpdateRequest, keyof RateLimit])[];

/** The operations on the rate limits of projects, which have a row for each name of the catalog. */
export const rateLimitOperations: readonly AdminOperation[] = [
  list(all, organizationRequests.rateLimitList, async (call, query) => {
    const { id } = await projectInPath(call);
    const { rateLimits = {} } = await call.keys.rules(id);
    const rows = Object.keys(call.catalog.models).map((model) => rowOf(model, ownOf(rateLimits, model)));
    const { items, hasMore } = pageIn(rows, { limit: usualLimit, ...query });
    return listReply(items, hasMore);
  }),

  post(one, organizationRequests.rateLimit, async (call, body) => {
    checkCounted(body);
    const { id } = await activeProject(call);
    const model = modelInPath(call);
    const decide = ({ rateLimits = {}, ...rules }: RulesChange['rules']): RulesChange | undefined => {
      const before = ownOf(rateLimits, model);
      const after = merged(before, body);
      if (isSame(before, after)) return undefined;
      const { [model]: _before, ...others } = rateLimits;
      const limits = Object.keys(after).length === 0 ? others : { ...others, [model]: after };
      if (Object.keys(limits).length > maxLimited) throw tooMany();
      const audit = { type: 'rate_limit.updated', details: { id: rateLimitId(model), changes_requested: body } };
      return { rules: { ...rules, ...(Object.keys(limits).length > 0 && { rateLimits: limits }) }, audit };
    };
    const { rateLimits = {} } = changed('project', await call.keys.changeRules(id, decide, call.actor));
    return rowOf(model, ownOf(rateLimits, model));
  }),
];

/** Own names only: `constructor` is a name like any other. */
function ownOf(limits: Readonly<Record<string, RateLimit>>, model: string): RateLimit {
  return (Object.hasOwn(limits, model) ? limits[model] : undefined) ?? {};
}

/** The name of the catalog whose limits the path names. Throws the ApiError 404 where there is none. */
function modelInPath({ param, catalog }: Pick<AdminCall, 'param'> & { readonly catalog: Catalog }): string {
  const id = param('limit');
  const model = Object.keys(catalog.models).find((name) => rateLimitId(name) === id);
  if (model !== undefined) return model;
  throw new ApiError(
    'This rate limit does not exist: GET …/rate_limits lists those of the names that the config of the stack has.',
    { status: 404, code: 'not_found' },
  );
}

/** Throws the ApiError 400 for what nobody counts here: a limit that is kept and never holds is worse than an error. */
function checkCounted(body: ProjectRateLimitUpdateRequest): void {
  const other = Object.keys(body).find((name) => fields.every(([counted]) => counted !== name));
  if (other === undefined) return;
  throw new ApiError(
    `Unsupported parameter: '${other}' is not counted by this gateway. It limits ${fields.map(([name]) => name).join(', ')}.`,
    { status: 400, code: 'unsupported_parameter', param: other },
  );
}

/** What holds after a change: a field that was not sent stays, and the number for no limit takes one away. */
function merged(before: RateLimit, body: ProjectRateLimitUpdateRequest): RateLimit {
  const after: { -readonly [Name in keyof RateLimit]: RateLimit[Name] } = {};
  for (const [name, kept] of fields) {
    const limit = body[name] ?? before[kept];
    if (limit !== undefined && limit < unlimited) after[kept] = limit;
  }
  return after;
}

function isSame(before: RateLimit, after: RateLimit): boolean {
  return fields.every(([, kept]) => before[kept] === after[kept]);
}

function rowOf(model: string, limit: RateLimit): ProjectRateLimit {
  return {
    object: 'project.rate_limit',
    id: rateLimitId(model),
    model,
    max_requests_per_1_minute: limit.requestsPerMinute ?? unlimited,
    max_tokens_per_1_minute: limit.tokensPerMinute ?? unlimited,
    max_requests_per_1_day: limit.requestsPerDay ?? unlimited,
  };
}

function tooMany(): ApiError {
  return new ApiError(
    `This project has limits for ${maxLimited} models, which is the most: set all three numbers of another one to ${unlimited} first.`,
    { status: 400, code: 'too_many_rate_limits' },
  );
}
