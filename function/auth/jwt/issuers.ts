import { isObject } from '../../dialects/json.ts';
import type { Scope } from '../caller.ts';
import type { JwtIssuer } from './issuer.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Every scope; a missing one is a compile error. */
const scopeNames: Readonly<Record<Scope, true>> = {
  inference: true,
  'models.read': true,
  'keys.manage': true,
  'usage.read': true,
  admin: true,
};

const required = ['issuer', 'jwksUri', 'maxLifetimeSeconds', 'callerClaim', 'scopes'] as const;
const texts = ['modelsClaim', 'scopesClaim', 'scopesPrefix', 'project', 'projectClaim'] as const;
const lists = ['audience', 'clientIds', 'models'] as const;
const known: ReadonlySet<string> = new Set([...required, ...texts, ...lists]);

/** The issuers that `jwt` of `catalog.json` lists. Throws an error that names the field at fault: the deployer reads it. */
export function checkIssuers(value: unknown): readonly JwtIssuer[] {
  if (!Array.isArray(value) || value.length === 0) throw flaw('jwt', 'must be a list with at least one entry');
  return value.map((entry: unknown, index) => checkIssuer(entry, `jwt[${index}]`));
}

function checkIssuer(value: unknown, place: string): JwtIssuer {
  if (!isObject(value)) throw flaw(place, 'must be an object');
  const unknown = Object.keys(value).find((name) => !known.has(name));
  if (unknown !== undefined) throw flaw(place, `has no member ${JSON.stringify(unknown)}`);
  const { audience, clientIds, maxLifetimeSeconds } = value;
  if (audience === undefined && clientIds === undefined) throw flaw(place, 'must have audience or clientIds');
  if (typeof maxLifetimeSeconds !== 'number' || !(maxLifetimeSeconds > 0))
    throw flaw(`${place}.maxLifetimeSeconds`, 'must be a number of seconds');
  const at = (field: string): string => `${place}.${field}`;
  return {
    issuer: url(value['issuer'], at('issuer')),
    jwksUri: url(value['jwksUri'], at('jwksUri')),
    maxLifetimeSeconds,
    callerClaim: text(value['callerClaim'], at('callerClaim')),
    scopes: textList(value['scopes'], at('scopes')).map((scope) => scopeOf(scope, at('scopes'))),
    ...present(lists, value, (field) => textList(value[field], at(field))),
    ...present(texts, value, (field) => text(value[field], at(field))),
  };
}

/** The optional fields that an entry has, each read by `read`. */
function present<Name extends string, Value>(
  names: readonly Name[],
  entry: Fields,
  read: (name: Name) => Value,
): Partial<Record<Name, Value>> {
  const found: Partial<Record<Name, Value>> = {};
  for (const name of names) if (entry[name] !== undefined) found[name] = read(name);
  return found;
}

function url(value: unknown, place: string): string {
  if (typeof value === 'string' && URL.parse(value)?.protocol === 'https:') return value;
  throw flaw(place, 'must be an https URL');
}

function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw flaw(place, 'must be text');
}

function textList(value: unknown, place: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw flaw(place, 'must be a list with at least one entry');
  return value.map((entry: unknown) => text(entry, place));
}

function scopeOf(value: string, place: string): Scope {
  if (isScope(value)) return value;
  throw flaw(place, `must list some of ${Object.keys(scopeNames).join(', ')}`);
}

function isScope(value: string): value is Scope {
  return Object.hasOwn(scopeNames, value);
}

function flaw(place: string, must: string): Error {
  return new Error(`catalog.json: ${place} ${must}.`);
}
