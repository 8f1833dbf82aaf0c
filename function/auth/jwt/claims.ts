import { hash } from 'node:crypto';
import { ApiError } from '../../errors.ts';
import { withoutProject } from '../active-project.ts';
import type { Caller, Scope } from '../caller.ts';
import { refusedToken, type Claims } from './checks.ts';
import type { JwtIssuer } from './issuer.ts';

/** Ids of projects as OpenAI's API has them: 12 base62 digits behind a prefix. */
const projectPattern = /^proj_([0-9A-Za-z]{12})$/;

/**
 * The caller that the claims of a verified token describe, as the config says. `cacheKey` is the SHA-256 of the token, in hex. Throws the
 * ApiError 401 for claims of the wrong form, and the 403 for a token without any scope or without a project.
 */
export function callerOf(claims: Claims, issuer: JwtIssuer, cacheKey: string): Caller {
  const models = issuer.modelsClaim === undefined ? issuer.models : namesIn(claims, issuer.modelsClaim, issuer);
  const project = projectOf(claims, issuer);
  const subject = subjectOf(claims, issuer);
  return {
    // 64 bits tell callers apart in the log; the whole hash tells apart what is theirs.
    id: `jwt-${subject.slice(0, 16)}`,
    subject,
    method: 'jwt',
    isProven: true,
    cacheKey,
    scopes: scopesOf(claims, issuer),
    expiresAt: Math.floor(claims.exp),
    ...(claims.aud !== undefined && { audience: [claims.aud].flat() }),
    ...(models !== undefined && { models }),
    ...(project !== undefined && { project }),
  };
}

/** SHA-256 of issuer and subject, in hex: it says nothing of who they are. No issuer has a line break. */
function subjectOf(claims: Claims, issuer: JwtIssuer): string {
  const subject = valueOf(claims, issuer.callerClaim);
  if (typeof subject !== 'string' || subject === '')
    throw refusedToken(issuer, 'does not say whose it is: it lacks the claim that the config names (callerClaim).');
  return hash('sha256', `${issuer.issuer}\n${subject}`);
}

function scopesOf(claims: Claims, issuer: JwtIssuer): readonly Scope[] {
  const { scopes, scopesClaim, scopesPrefix = '' } = issuer;
  if (scopesClaim === undefined) return scopes;
  const named = new Set(namesIn(claims, scopesClaim, issuer));
  const granted = scopes.filter((scope) => named.has(scopesPrefix + scope));
  // Nobody may take an empty list for the usual scopes.
  if (granted.length === 0) throw withoutScope(scopes.map((scope) => scopesPrefix + scope));
  return granted;
}

/** The project's id without its prefix. */
function projectOf(claims: Claims, { project, projectClaim }: JwtIssuer): string | undefined {
  if (project === undefined && projectClaim === undefined) return undefined;
  const named = projectClaim === undefined ? project : valueOf(claims, projectClaim);
  const id = typeof named === 'string' ? projectPattern.exec(named)?.[1] : undefined;
  if (id === undefined) throw withoutProject();
  return id;
}

/** The names in a claim: a list of texts, or one text with blanks between them, like OAuth's `scope`. None where the claim is absent. */
function namesIn(claims: Claims, claim: string, issuer: JwtIssuer): readonly string[] {
  const value = valueOf(claims, claim);
  if (value === undefined) return [];
  if (typeof value === 'string') return value.split(' ').filter((name) => name !== '');
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw refusedToken(issuer, 'has a claim for models or scopes that is neither a list of names nor a text.');
}

function valueOf(claims: Claims, claim: string): unknown {
  return Object.hasOwn(claims, claim) ? claims[claim] : undefined;
}

/** Like OpenAI's own answer to a key that lacks a scope. */
function withoutScope(scopes: readonly string[]): ApiError {
  return new ApiError(
    `You have insufficient permissions for this operation. Missing scopes: ${scopes.join(', ')}. The token must have one of them.`,
    { status: 403, code: 'insufficient_permissions' },
  );
}
