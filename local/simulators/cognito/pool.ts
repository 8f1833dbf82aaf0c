import { randomUUID } from 'node:crypto';
import type { UserPool } from '../../deployment.ts';
import { AwsJsonError } from '../common/aws-json.ts';
import { checkMutable, merged, type Attributes } from './attributes.ts';
import { invalid } from './cognito-error.ts';

/** A user of a pool. */
interface User {
  readonly username: string;
  /** Random, and Cognito's own attribute. */
  readonly sub: string;
  attributes: Attributes;
  isEnabled: boolean;
  readonly created: number;
  /** Seconds since the epoch, as `created`. */
  modified: number;
}

/** Some users, and the token that the next page is asked for with. */
export interface UserPage {
  readonly users: readonly User[];
  readonly token?: string;
}

/** The users of a pool. */
export class Users {
  readonly pool: UserPool;
  readonly #users = new Map<string, User>();

  constructor(pool: UserPool) {
    this.pool = pool;
  }

  /** Throws a UsernameExistsException where there is one of this name. */
  create(username: string, attributes: Attributes): User {
    const id = this.#id(username);
    if (this.#users.has(id)) throw new AwsJsonError('UsernameExistsException', 'User account already exists');
    const now = Date.now() / 1000;
    const user = { username, sub: randomUUID(), isEnabled: true, created: now, modified: now };
    const created = { ...user, attributes: merged(new Map(), attributes) };
    this.#users.set(id, created);
    return created;
  }

  /** Throws a UserNotFoundException. */
  get(username: string): User {
    const user = this.#users.get(this.#id(username));
    if (user === undefined) throw new AwsJsonError('UserNotFoundException', 'User does not exist.');
    return user;
  }

  /** Throws a UserNotFoundException, or an InvalidParameterException for attributes that cannot change. */
  update(username: string, attributes: Attributes): void {
    const user = this.get(username);
    checkMutable(attributes, this.pool.attributes);
    user.attributes = merged(user.attributes, attributes);
    user.modified = Date.now() / 1000;
  }

  /** Throws a UserNotFoundException. */
  enable(username: string, isEnabled: boolean): void {
    const user = this.get(username);
    user.isEnabled = isEnabled;
    user.modified = Date.now() / 1000;
  }

  /** Throws a UserNotFoundException. */
  delete(username: string): void {
    this.get(username);
    this.#users.delete(this.#id(username));
  }

  /**
   * Users whose names begin with `prefix`, in an order that means nothing. A full page has a token, though nothing may follow. Throws an
   * InvalidParameterException for a token that no page had.
   */
  page(
    limit: number,
    { token = '', prefix }: { readonly token?: string | undefined; readonly prefix: string },
  ): UserPage {
    const [, after] = /^after:([0-9a-f-]{36})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
    if (token !== '' && after === undefined) throw invalid('Invalid pagination token');
    const named = [...this.#users.values()].filter(({ username }) => username.startsWith(prefix));
    const all = named.toSorted((one, other) => (one.sub < other.sub ? -1 : 1));
    const users = all.filter(({ sub }) => after === undefined || sub > after).slice(0, limit);
    const last = users[limit - 1];
    return { users, ...(last && { token: Buffer.from(`after:${last.sub}`).toString('base64url') }) };
  }

  #id(username: string): string {
    return this.pool.isCaseSensitive ? username : username.toLowerCase();
  }
}

/** A user as Cognito sends it, but for its attributes, whose field has two names. */
export function wireUser({ username, isEnabled, created, modified }: User): object {
  return {
    Username: username,
    Enabled: isEnabled,
    UserCreateDate: created,
    UserLastModifiedDate: modified,
    // Nobody has set a password of theirs: users of the local stack are records, and nobody signs in.
    UserStatus: 'FORCE_CHANGE_PASSWORD',
  };
}

/** The attributes of a user as Cognito sends them. */
export function wireAttributes({ sub, attributes }: User): readonly object[] {
  return [['sub', sub], ...attributes].map(([Name, Value]) => ({ Name, Value }));
}
