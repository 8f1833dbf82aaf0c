import type { Caller } from '../auth/caller.ts';
import { ApiError } from '../errors.ts';
import type { StorageSettings } from './settings.ts';

/**
 * Whose files and stored answers a caller sees, as the first part of every key in the bucket: `project-`, `caller-`, `jwt-` or `bedrock-` and an id without a
 * slash. Throws the ApiError 403 for a caller without storage: one by a Bedrock key where the config gives those none or Bedrock has not
 * answered the key, and one by a key of no project.
 */
export function ownerOf(caller: Caller, { bedrockKeys }: Pick<StorageSettings, 'bedrockKeys'>): string {
  const { method, project, id, subject, cacheKey, isProven } = caller;
  if (project !== undefined) return `project-${project}`;
  if (method === 'registered') return `caller-${id}`;
  if (method === 'jwt' && subject !== undefined) return `jwt-${subject}`;
  if (method !== 'bedrock-key') throw withoutProject();
  if (!bedrockKeys) throw forBedrockKeys();
  if (!isProven) throw unproven();
  return `bedrock-${cacheKey}`;
}

/** Like an admin key, which belongs to no project. */
function withoutProject(): ApiError {
  return noStorage('This key belongs to no project, and what is stored belongs to projects: use a key of a project.');
}

function forBedrockKeys(): ApiError {
  return noStorage(
    'This gateway stores nothing for callers with Amazon Bedrock API keys: use a key that the gateway knows, or ask its operator.',
  );
}

function unproven(): ApiError {
  return noStorage('Amazon Bedrock has not accepted this API key, and only working keys may store anything.');
}

function noStorage(message: string): ApiError {
  return new ApiError(message, { status: 403, code: 'storage_not_allowed' });
}
