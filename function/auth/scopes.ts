import { ApiError } from '../errors.ts';
import type { Caller, Scope } from './caller.ts';

/** What a caller or a key without scopes may do. */
const usualScopes: readonly Scope[] = ['inference', 'models.read'];

/** The scopes of a caller or a key; an empty list is the same as none. */
export function scopesOf({ scopes = [] }: Pick<Caller, 'scopes'>): readonly Scope[] {
  return scopes.length === 0 ? usualScopes : scopes;
}

/** Whether a caller may do something: `admin` implies the other scopes. */
export function hasScope(caller: Pick<Caller, 'scopes'>, scope: Scope): boolean {
  const scopes = scopesOf(caller);
  return scopes.includes(scope) || scopes.includes('admin');
}

/** Throws the ApiError 403 where a caller lacks a scope. */
export function checkScope(caller: Pick<Caller, 'scopes'>, scope: Scope): void {
  if (!hasScope(caller, scope)) throw missingScope(scope);
}

/** The 403 for a caller who lacks a scope, in OpenAI's words. */
export function missingScope(scope: Scope): ApiError {
  return new ApiError(`You have insufficient permissions for this operation. Missing scopes: ${scope}.`, {
    status: 403,
    code: 'insufficient_permissions',
  });
}
