import { accountId } from '../../account.ts';
import { asString } from '../../json.ts';
import { AwsJsonError, startAwsJson, type CallFaults, type Members, type Operation } from '../common/aws-json.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { readAttributes } from './attributes.ts';
import { invalid, invalidParameter, notEmulated } from './cognito-error.ts';
import { Users, wireAttributes, wireUser } from './pool.ts';

/** Users that a page of ListUsers has at most, and if nobody says. */
const maxPageUsers = 60;

/** Limit of a user name, in characters. */
const maxNameLength = 128;

/**
 * Amazon Cognito user pools: users of the declared pools as an administrator makes, reads and changes them. They are in memory; nobody
 * signs in. Cognito's quotas of requests are not emulated: `faults` answers TooManyRequestsException.
 */
export const cognitoSimulator = {
  name: 'cognito',
  urlVariables: ['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'],
  start,
} satisfies Simulator;

interface Context extends Pick<SimulatorContext, 'iam' | 'region' | 'userPools'> {
  readonly faults?: CallFaults;
}

interface UserOperation {
  /** The parameters of a request beside the id of its pool. */
  readonly known: readonly string[];
  readonly answer: (input: Members, users: Users) => object;
}

function start({ iam, region, userPools, faults }: Context): Promise<RunningSimulator> {
  const pools = new Map(userPools.map((pool) => [pool.id, new Users(pool)]));
  const operation = (action: string, { known, answer }: UserOperation): Operation => ({
    permissions: (input) => [
      { action, resource: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${poolId(input)}` },
    ],
    answer(input) {
      const users = pools.get(poolId(input));
      if (users === undefined) {
        throw new AwsJsonError('ResourceNotFoundException', `User pool ${poolId(input)} does not exist.`);
      }
      const stranger = Object.keys(input).find((name) => name !== 'UserPoolId' && !known.includes(name));
      if (stranger !== undefined) throw notEmulated(`${stranger} in ${action}`);
      return answer(input, users);
    },
  });
  return startAwsJson({
    iam,
    service: 'cognito-idp',
    region,
    version: '1.1',
    target: 'AWSCognitoIdentityProviderService',
    operations: Object.fromEntries(Object.entries(operations).map(([name, each]) => [name, operation(name, each)])),
    ownFailure: 'InternalErrorException',
    invalid: invalidParameter,
    faults,
  });
}

const operations: Readonly<Record<string, UserOperation>> = {
  AdminCreateUser: {
    known: ['Username', 'UserAttributes', 'MessageAction'],
    answer(input, users) {
      if (input['MessageAction'] !== 'SUPPRESS') throw notEmulated('invitations: MessageAction must be SUPPRESS');
      const attributes = readAttributes(input['UserAttributes'] ?? [], users.pool.attributes);
      const user = users.create(username(input), attributes);
      return { User: { ...wireUser(user), Attributes: wireAttributes(user) } };
    },
  },
  AdminGetUser: {
    known: ['Username'],
    answer(input, users) {
      const user = users.get(username(input));
      return { ...wireUser(user), UserAttributes: wireAttributes(user) };
    },
  },
  AdminUpdateUserAttributes: {
    known: ['Username', 'UserAttributes'],
    answer(input, users) {
      users.update(username(input), readAttributes(input['UserAttributes'], users.pool.attributes));
      return {};
    },
  },
  AdminDisableUser: {
    known: ['Username'],
    answer(input, users) {
      users.enable(username(input), false);
      return {};
    },
  },
  AdminEnableUser: {
    known: ['Username'],
    answer(input, users) {
      users.enable(username(input), true);
      return {};
    },
  },
  AdminDeleteUser: {
    known: ['Username'],
    answer(input, users) {
      users.delete(username(input));
      return {};
    },
  },
  ListUsers: {
    known: ['Filter', 'Limit', 'PaginationToken'],
    answer(input, users) {
      const token = input['PaginationToken'];
      if (token !== undefined && (typeof token !== 'string' || token === '')) throw invalid('Invalid pagination token');
      const page = users.page(limit(input), { token, prefix: prefix(input) });
      return {
        Users: page.users.map((user) => ({ ...wireUser(user), Attributes: wireAttributes(user) })),
        ...(page.token !== undefined && { PaginationToken: page.token }),
      };
    },
  },
};

/** The beginning of user names in a filter, the only one of Cognito's that the local stack knows. Throws an InvalidParameterException for others. */
function prefix({ Filter: filter }: Members): string {
  if (filter === undefined) return '';
  const [, beginning] = (typeof filter === 'string' && /^username \^= "([^"\\]{1,128})"$/.exec(filter)) || [];
  if (beginning === undefined) throw invalid('The local stack knows only filters such as: username ^= "abc"');
  return beginning;
}

function poolId({ UserPoolId: id }: Members): string {
  if (typeof id === 'string' && id.length <= 55 && /^[\w-]+_[0-9a-zA-Z]+$/.test(id)) return id;
  throw unsatisfied('userPoolId', String.raw`regular expression pattern: [\w-]+_[0-9a-zA-Z]+`);
}

function username(input: Members): string {
  const name = asString(input['Username']) ?? '';
  if (name.length > maxNameLength) throw unsatisfied('username', `length less than or equal to ${maxNameLength}`);
  if (/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(name)) return name;
  throw unsatisfied('username', String.raw`regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`);
}

function limit({ Limit: given = maxPageUsers }: Members): number {
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= maxPageUsers) return given;
  throw unsatisfied('limit', `value between 1 and ${maxPageUsers}`);
}

function unsatisfied(member: string, constraint: string): AwsJsonError {
  return invalid(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must satisfy ${constraint}`,
  );
}
