import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type * as Cognito from './cognito.ts';
import { isKeyId } from './key-text.ts';
import { attributesOf, mirrorOf, type Mirror } from './mirror.ts';
import type { KeyRecord } from './records.ts';
import { clientSettings, operationTimeoutMs, storeFailed, StoreError, type StoreOptions } from './store.ts';

/** The directory of keys in Cognito. Every operation rejects with the ApiError 503 `key_store_unavailable` where it does not answer. */
export interface KeyPool {
  /** Makes the user of a new key, unless there is one of its id. */
  create(key: KeyRecord): Promise<'created' | 'exists'>;
  /** Writes all that the pool keeps of a key, whether or not it has a user. */
  put(key: KeyRecord): Promise<void>;
  /**
   * Some of the users that are keys, and where to go on: undefined at the end. One without a mirror cannot be read. With a project, only
   * the users of its keys.
   */
  list(range?: PoolRange): Promise<{ readonly users: readonly PoolUser[]; readonly next: string | undefined }>;
}

/** A part of a list of users. */
export interface PoolRange {
  /** The `next` of the part before. */
  readonly from?: string | undefined;
  /** Without prefix. */
  readonly projectId?: string | undefined;
}

/** The user of a key. */
export interface PoolUser {
  readonly id: string;
  readonly mirror: Mirror | undefined;
}

/** Which pool it is, and how it is called. */
export interface PoolOptions extends StoreOptions {
  readonly userPoolId: string;
}

/** The most users that ListUsers returns at once. */
const maxUsers = 60;

/** The user pool in Cognito, by AWS's own client, which is in a chunk of its own. One client serves the whole life of the function. */
export function createPool(options: PoolOptions): KeyPool {
  const { userPoolId: UserPoolId, log } = options;
  let loaded: Promise<{ cognito: typeof Cognito; client: CognitoIdentityProviderClient }> | undefined;

  function load() {
    loaded ??= loadClient(options);
    return loaded;
  }

  async function create(key: KeyRecord): Promise<'created' | 'exists'> {
    const { cognito, client } = await load();
    const user = { UserPoolId, Username: key.id, UserAttributes: attributesOf(key) };
    try {
      // The user is an entry of a directory: nobody signs in as it, and nobody is sent a password.
      await client.send(new cognito.AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }), inTime());
      return 'created';
    } catch (error) {
      if (error instanceof cognito.UsernameExistsException) return 'exists';
      throw error;
    }
  }

  async function update(key: KeyRecord): Promise<'updated' | 'missing'> {
    const { cognito, client } = await load();
    const user = { UserPoolId, Username: key.id, UserAttributes: attributesOf(key) };
    try {
      await client.send(new cognito.AdminUpdateUserAttributesCommand(user), inTime());
      return 'updated';
    } catch (error) {
      if (error instanceof cognito.UserNotFoundException) return 'missing';
      throw error;
    }
  }

  /** Another request may make the user in between: then it is there to be updated. */
  async function put(key: KeyRecord): Promise<void> {
    if ((await update(key)) === 'updated' || (await create(key)) === 'created') return;
    if ((await update(key)) === 'missing') throw new StoreError('UserInconsistent');
  }

  async function list({ from, projectId = '' }: PoolRange) {
    const { cognito, client } = await load();
    const request = {
      UserPoolId,
      Limit: maxUsers,
      ...(from !== undefined && { PaginationToken: from }),
      // The ids of keys, which are the names of users, begin with that of their project.
      ...(projectId !== '' && { Filter: `username ^= "${projectId}"` }),
    };
    const { Users = [], PaginationToken: next } = await client.send(new cognito.ListUsersCommand(request), inTime());
    const users = Users.map(({ Username: id = '', Attributes = [] }) => ({ id, mirror: mirrorOf(id, Attributes) }));
    return { users: users.filter(({ id }) => isKeyId(id) && id.startsWith(projectId)), next };
  }

  function failed(operation: string, keyId?: string): (error: unknown) => never {
    return (error) => {
      throw storeFailed(error, { operation, ...(keyId !== undefined && { keyId }) }, log);
    };
  }

  return {
    create: (key) => create(key).catch(failed('AdminCreateUser', key.id)),
    put: (key) => put(key).catch(failed('AdminUpdateUserAttributes', key.id)),
    list: (range = {}) => list(range).catch(failed('ListUsers')),
  };
}

async function loadClient({ region, credentials, endpoint }: PoolOptions) {
  const cognito = await import('./cognito.ts');
  const settings = { region, credentials, ...(endpoint && { endpoint }), ...clientSettings };
  return { cognito, client: new cognito.CognitoIdentityProviderClient(settings) };
}

function inTime(): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(operationTimeoutMs) };
}
