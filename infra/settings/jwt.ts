import type { JwtIssuer } from '../../function/auth/jwt/issuer.ts';
import type { ConfigValues } from './config-values.ts';
import { isRegion, regionHint } from './region.ts';
import { setAdvice } from './rule.ts';
import type { Rule } from './rule.ts';
import {
  InvalidValue,
  atPlace,
  json,
  list,
  oneOf,
  readAll,
  scalar,
  text,
  wholeNumber,
  within,
  mapOf,
  quoted,
  together,
} from './values.ts';
import type { Reader } from './values.ts';

type Scope = JwtIssuer['scopes'][number];

const optionalFields = [
  'audience',
  'clientIds',
  'jwksUri',
  'maxLifetimeSeconds',
  'callerClaim',
  'models',
  'modelsClaim',
  'scopes',
  'scopesClaim',
  'scopesPrefix',
  'project',
  'projectClaim',
];

/** Every scope; a missing one is a compile error. */
const scopeNames: Readonly<Record<Scope, true>> = {
  inference: true,
  'models.read': true,
  'keys.manage': true,
  'usage.read': true,
  admin: true,
};

/** What a gateway key without scopes has as well. */
const defaultScopes: readonly Scope[] = ['inference', 'models.read'];

/** Scopes of the administration API, which only stacks with gateway keys have. */
const managementScopes: ReadonlySet<Scope> = new Set(['keys.manage', 'usage.read', 'admin']);

/** Management scopes that hold within the caller's project. */
const projectScopes: readonly Scope[] = ['keys.manage', 'usage.read'];

/**
 * A day: the longest life of access tokens of Amazon Cognito (AccessTokenValidity) and Okta, and Auth0's default. Nobody can revoke a token
 * before its end, so a stack whose issuer makes shorter ones should say so.
 */
const defaultMaxLifetimeSeconds = 86_400;
/** A minute: no issuer makes shorter ones, and none would be good for more than one request. */
const leastMaxLifetimeSeconds = 60;
/** 30 days: the longest that Auth0 makes. */
const mostMaxLifetimeSeconds = 2_592_000;

/** Issuers of Amazon Cognito: the older form, and the newer one that begins with `issuer-`, in every partition. */
const userPoolPattern = /^https:\/\/(?:issuer-)?cognito-idp\.([a-z0-9-]+)\.amazonaws\.[a-z.]+\/\1_[A-Za-z0-9]+$/;

/** Names of claims, such as `scope` or `https://example.com/models`; claims inside of others have none. */
const claimName = text(/^[\x21-\x7e]{1,256}$/, 'the name of a claim: 1 to 256 characters without blanks');
const projectId = text(/^proj_[0-9A-Za-z]{12}$/, 'the id of a project: proj_ and 12 letters and digits');
const scopesPrefix = text(/^[\x21-\x7e]{1,256}$/, '1 to 256 characters without blanks');
const word = text(/^[\x21-\x7e]{1,256}$/, 'a text of 1 to 256 characters without blanks');

/** The ids of the user pools of Amazon Cognito among the issuers. */
export function userPoolsOf(issuers: readonly Pick<JwtIssuer, 'issuer'>[]): string[] {
  return issuers
    .filter(({ issuer }) => userPoolPattern.test(issuer))
    .map(({ issuer }) => issuer.slice(issuer.lastIndexOf('/') + 1));
}

/** Reads the issuers whose tokens are accepted. Throws an InvalidValue for any other text. */
export const jwt: Reader<JwtIssuer[]> = (value) => {
  const entries = json(value);
  if (!Array.isArray(entries) || entries.length === 0)
    throw new InvalidValue('must be a list of maps with issuer and audience');
  const all = readAll(entries, (each: unknown, index) =>
    atPlace(`[${index}]`, () => readEntry(each, index), `has an entry [${index}] that `),
  );
  const issuers = all.map(({ issuer }) => issuer);
  const duplicate = issuers.findIndex((each, index) => issuers.indexOf(each) !== index);
  if (duplicate >= 0)
    throw new InvalidValue(`has an entry [${duplicate}] whose issuer another entry has`, {
      place: `[${duplicate}]`,
      remove: '',
    });
  return all;
};

function readEntry(entry: unknown, index: number): JwtIssuer {
  const read = mapOf(entry, { required: ['issuer'], optional: optionalFields }, readFields);
  together({ audience: () => checkAudience(read, index), combinations: () => checkCombinations(read) });
  return read;
}

function readFields(values: ReadonlyMap<string, unknown>): JwtIssuer {
  const optional =
    <T>(field: string, read: Reader<T>) =>
    (): T | undefined => {
      const value = values.get(field);
      return value === undefined ? undefined : inField(field, () => read(scalar(value)));
    };
  const { issuer, jwksUri, maxLifetimeSeconds, callerClaim, scopes, ...others } = together({
    issuer: () => issuerUrl(scalar(values.get('issuer'))),
    jwksUri: optional('jwksUri', httpsUrl),
    maxLifetimeSeconds: optional('maxLifetimeSeconds', wholeNumber(leastMaxLifetimeSeconds, mostMaxLifetimeSeconds)),
    callerClaim: optional('callerClaim', claimName),
    scopes: optional('scopes', list(oneOf(Object.keys(scopeNames).filter(isScope)))),
    modelsClaim: optional('modelsClaim', claimName),
    scopesClaim: optional('scopesClaim', claimName),
    scopesPrefix: optional('scopesPrefix', scopesPrefix),
    project: optional('project', projectId),
    projectClaim: optional('projectClaim', claimName),
    audience: optional('audience', oneOrMore),
    clientIds: optional('clientIds', oneOrMore),
    models: optional('models', list(word)),
  });
  return {
    issuer,
    jwksUri: jwksUri ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`,
    maxLifetimeSeconds: maxLifetimeSeconds ?? defaultMaxLifetimeSeconds,
    callerClaim: callerClaim ?? 'sub',
    scopes: scopes ?? defaultScopes,
    ...present(others),
  };
}

/** The fields that have a value. */
function present<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const result: { [Name in keyof T]?: Exclude<T[Name], undefined> } = {};
  for (const name in values) {
    const value = values[name];
    if (isPresent(value)) result[name] = value;
  }
  return result;
}

function isPresent<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}

/** Reads a field of an entry. The command that fixes it removes the field: the message says what may take its place. */
function inField<T>(field: string, read: () => T): T {
  return within(
    read,
    ({ message }) => new InvalidValue(`has a field ${field} that ${message}`, { remove: `.${field}` }),
  );
}

const oneOrMore: Reader<string[]> = (value) => (value.startsWith('[') ? list(word)(value) : [word(value)]);

/** Reads an issuer, which tokens must repeat character by character. Throws an InvalidValue for any other text. */
function issuerUrl(value: string): string {
  const url = URL.parse(value);
  const region = userPoolPattern.exec(value)?.[1];
  if (region !== undefined && !isRegion(region))
    throw new InvalidValue(`has an issuer in ${quoted(region)}, which is no region${regionHint(region)}`);
  // OpenID Connect Discovery 1.0, section 3: https, without query and fragment.
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && !/[?#\s]/.test(value)) return value;
  throw new InvalidValue(
    'has an issuer other than an https URL without user, query and fragment, exactly as its tokens have it in their claim iss',
  );
}

/** Reads an address of keys. Only https is accepted: whoever can change the keys on their way is any caller. */
function httpsUrl(value: string): string {
  const url = URL.parse(value);
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && !/[#\s]/.test(value)) return value;
  throw new InvalidValue('must be an https URL without user and fragment, as the issuer names it (jwks_uri)');
}

/** Every token must be for this gateway, which its audience says, or in a user pool its app client. */
function checkAudience({ issuer, audience, clientIds }: JwtIssuer, index: number): void {
  const isUserPool = userPoolPattern.test(issuer);
  if (isUserPool && clientIds === undefined)
    throw new InvalidValue(
      'lacks clientIds: the issuer is a user pool of Amazon Cognito, whose access tokens name their app client in place of an audience',
      { example: `--path 'jwt[${index}].clientIds[0]' <id of an app client>` },
    );
  if (!isUserPool && clientIds !== undefined)
    throw new InvalidValue('has clientIds, which are for user pools of Amazon Cognito: name the audience', {
      remove: '.clientIds',
    });
  if (!isUserPool && audience === undefined)
    throw new InvalidValue(
      'lacks audience: without it, tokens that the issuer makes for other APIs would be accepted',
      {
        example: `--path 'jwt[${index}].audience' https://openai.example.com`,
      },
    );
}

function checkCombinations(issuer: JwtIssuer): void {
  const { scopes, project, projectClaim } = issuer;
  const both = (['models', 'project'] as const).find(
    (field) => issuer[field] !== undefined && issuer[`${field}Claim`] !== undefined,
  );
  if (both !== undefined)
    throw new InvalidValue(`has both ${both}, for all of its tokens, and ${both}Claim, for each: one must go`, {
      remove: `.${both}Claim`,
    });
  if (issuer.scopesPrefix !== undefined && issuer.scopesClaim === undefined)
    throw new InvalidValue('has a scopesPrefix, which is for the names in a claim, and no scopesClaim', {
      remove: '.scopesPrefix',
    });
  const needy = projectScopes.find((scope) => scopes.includes(scope));
  if (needy !== undefined && project === undefined && projectClaim === undefined)
    throw new InvalidValue(
      `has the scope ${needy}, which holds within a project, and neither project nor projectClaim`,
      { remove: '.scopes' },
    );
}

function isScope(name: string): name is Scope {
  return Object.hasOwn(scopeNames, name);
}

/** Rules between the issuers of tokens and other keys. */
export function jwtRules({ jwt: issuers, gatewayKeys }: Pick<ConfigValues, 'jwt' | 'gatewayKeys'>): Rule[] {
  return issuers.map(({ issuer, project, projectClaim, scopes }): Rule => {
    const managed = scopes.find((scope) => managementScopes.has(scope));
    const hasProject = project !== undefined || projectClaim !== undefined;
    const needs = hasProject ? 'a project' : `the scope ${managed}`;
    return [
      !gatewayKeys && (hasProject || managed !== undefined),
      `jwt gives callers of ${issuer} ${needs}, which only stacks with gatewayKeys have. ${setAdvice('gatewayKeys true')}. Or remove it from the entry`,
    ];
  });
}
