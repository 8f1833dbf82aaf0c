import { isDeepStrictEqual } from 'node:util';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ListUsersCommand,
  type AdminCreateUserCommandInput,
  type AttributeType,
  type CognitoIdentityProviderClient,
  type ListUsersCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';

/** The pool that a call is about. */
export interface Pool {
  readonly client: CognitoIdentityProviderClient;
  readonly UserPoolId: string;
}

type Call = (pool: Pool) => Promise<object>;

/** A call, and its answer (see `outcome`). */
export type Step = readonly [call: Call, expected: object];

/** What the tests of Cognito ask, in order, of a pool that may have users of other cases. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Why moto's server differs. */
  readonly notOnMoto?: string;
}

/** Attributes of a request, by their names without `custom:`. */
const attributes = (values: Record<string, string>): AttributeType[] =>
  Object.entries(values).map(([name, Value]) => ({ Name: `custom:${name}`, Value }));

export const create =
  (Username: string, values: Record<string, string> = {}, more: Partial<AdminCreateUserCommandInput> = {}): Call =>
  ({ client, UserPoolId }) =>
    client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username,
        UserAttributes: attributes(values),
        MessageAction: 'SUPPRESS',
        ...more,
      }),
    );

export const get =
  (Username: string): Call =>
  ({ client, UserPoolId }) =>
    client.send(new AdminGetUserCommand({ UserPoolId, Username }));

const update =
  (Username: string, values: Record<string, string>): Call =>
  ({ client, UserPoolId }) =>
    client.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username, UserAttributes: attributes(values) }));

export const disable =
  (Username: string): Call =>
  ({ client, UserPoolId }) =>
    client.send(new AdminDisableUserCommand({ UserPoolId, Username }));

const enable =
  (Username: string): Call =>
  ({ client, UserPoolId }) =>
    client.send(new AdminEnableUserCommand({ UserPoolId, Username }));

const remove =
  (Username: string): Call =>
  ({ client, UserPoolId }) =>
    client.send(new AdminDeleteUserCommand({ UserPoolId, Username }));

export const list =
  (more: Partial<ListUsersCommandInput> = {}): Call =>
  ({ client, UserPoolId }) =>
    client.send(new ListUsersCommand({ UserPoolId, ...more }));

/** The names of all users of a pool, sorted, asked for a page at a time. */
const namesInPages =
  (Limit: number, Filter?: string): Call =>
  async ({ client, UserPoolId }) => {
    const names: string[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await client.send(new ListUsersCommand({ UserPoolId, Limit, PaginationToken, Filter }));
      expect(page.Users?.length).toBeLessThanOrEqual(Limit);
      names.push(...(page.Users ?? []).map(({ Username = '' }) => Username));
      ({ PaginationToken } = page);
    } while (PaginationToken !== undefined);
    return { names: names.filter((name) => name.startsWith('listed-')).toSorted() };
  };

/** A user as AdminGetUser answers it, but for what is about signing in. */
const user = (Username: string, values: Record<string, string> = {}, isEnabled = true) =>
  expect.objectContaining({ ...state(Username, isEnabled), UserAttributes: withSub(values) });
const created = (Username: string, values: Record<string, string> = {}) => ({
  User: expect.objectContaining({ ...state(Username), Attributes: withSub(values) }),
});
const state = (Username: string, isEnabled = true) => ({
  Username,
  Enabled: isEnabled,
  UserStatus: 'FORCE_CHANGE_PASSWORD',
  UserCreateDate: expect.any(Date),
  UserLastModifiedDate: expect.any(Date),
});
const withSub = (values: Record<string, string>) =>
  expect.toSatisfy((found: readonly AttributeType[]) => {
    const others = Object.fromEntries(found.map(({ Name = '', Value = '' }) => [Name, Value]));
    const { sub, ...own } = others;
    const wanted = Object.fromEntries(attributes(values).map(({ Name, Value }) => [Name, Value]));
    return /^[0-9a-f-]{36}$/.test(sub ?? '') && isDeepStrictEqual(own, wanted);
  });
const missing = { error: 'UserNotFoundException', message: 'User does not exist.' };
const refused = (message: string) => ({ error: 'InvalidParameterException', message });

/** What Cognito does: the local simulator and moto's server are held to it. The pool has the attributes of `schema`. */
export const contract: readonly Case[] = [
  {
    name: 'a user has the attributes it was made with, until they change',
    steps: [
      [get('one'), missing],
      [create('one', { state: 'active', project: 'p' }), created('one', { state: 'active', project: 'p' })],
      [get('one'), user('one', { state: 'active', project: 'p' })],
      [update('one', { state: 'revoked' }), {}],
      [get('one'), user('one', { state: 'revoked', project: 'p' })],
      [update('none', { state: 'revoked' }), missing],
    ],
  },
  {
    name: 'a user name is taken once, and its case counts',
    steps: [
      [create('Twice'), created('Twice')],
      [create('Twice'), { error: 'UsernameExistsException', message: expect.any(String) }],
      [create('twice'), created('twice')],
    ],
  },
  {
    name: 'a user is disabled, enabled and deleted',
    steps: [
      [create('two'), expect.anything()],
      [disable('two'), {}],
      [get('two'), user('two', {}, false)],
      [enable('two'), {}],
      [get('two'), user('two')],
      [remove('two'), {}],
      [remove('two'), missing],
      [disable('two'), missing],
      [get('two'), missing],
    ],
  },
  {
    name: 'users are listed in pages',
    steps: [
      ...['listed-1', 'listed-2', 'listed-3'].map((name): Step => [create(name), expect.anything()]),
      [namesInPages(2), { names: ['listed-1', 'listed-2', 'listed-3'] }],
      [namesInPages(1), { names: ['listed-1', 'listed-2', 'listed-3'] }],
    ],
  },
  {
    name: 'users are listed by the beginning of their names',
    steps: [
      ...['listed-a1', 'listed-b1', 'listed-a2', 'Listed-a3'].map((name): Step => [create(name), expect.anything()]),
      [namesInPages(1, 'username ^= "listed-a"'), { names: ['listed-a1', 'listed-a2'] }],
      [namesInPages(60, 'username ^= "listed-c"'), { names: [] }],
    ],
  },
  {
    name: 'an attribute must be in the schema, and fit it',
    steps: [
      [
        create('three', { other: 'a' }),
        refused('Attributes did not conform to the schema: custom:other: Attribute does not exist in the schema.\n'),
      ],
      [create('three', { state: 'x'.repeat(11) }), { error: 'InvalidParameterException', message: expect.any(String) }],
      [create('three', { project: 'p', state: 'active' }), expect.anything()],
      [update('three', { project: 'q' }), refused('user.custom:project: Attribute cannot be updated.')],
      [update('three', { state: '' }), {}],
      [get('three'), user('three', { project: 'p' })],
    ],
    notOnMoto: 'it does not check attributes against the schema of the pool',
  },
];
