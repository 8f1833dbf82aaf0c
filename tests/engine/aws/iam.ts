import { AwsError } from './aws-error.ts';
import type { Account } from './account.ts';
import type { Call, ResourceType } from './resource-type.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: { readonly AWS?: string | readonly string[]; readonly Service?: string | readonly string[] };
}

const roleType = 'aws:iam/role:Role';

export const iam: Readonly<Record<string, ResourceType>> = {
  [roleType]: {
    label: 'IAM Role',
    id: '{name}',
    outputs: { arn: 'arn:aws:iam::{account}:role/{name}', uniqueId: 'AROA{random}' },
    fixed: ['name', 'path'],
    autoNamed: 'name',
    unique: { key: 'iam role {name}', taken: 'EntityAlreadyExists: Role with name {name} already exists.' },
    check: ({ account, inputs }) => {
      for (const { Principal } of statements(inputs['assumeRolePolicy'])) principals(Principal, account);
    },
  },
  'aws:iam/rolePolicy:RolePolicy': {
    label: 'IAM Role Policy',
    id: '{role}:{name}',
    fixed: ['name', 'role'],
    autoNamed: 'name',
    unique: { key: 'iam role policy {role} {name}', taken: 'EntityAlreadyExists: Role policy {name} already exists.' },
    refers: [
      {
        value: '{role}',
        to: { [roleType]: '{id}' },
        missing: 'NoSuchEntity: The role with name {role} cannot be found.',
        held: 'DeleteConflict: Cannot delete entity, must delete policies first.',
      },
    ],
    check: rolePolicy,
  },
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': {
    label: 'IAM Role Policy Attachment',
    id: '{role}-{policyArn}',
    fixed: ['role', 'policyArn'],
    refers: [
      {
        value: '{role}',
        to: { [roleType]: '{name}' },
        missing: 'NoSuchEntity: The role with name {role} cannot be found.',
        held: 'DeleteConflict: Cannot delete entity, must detach all policies first.',
      },
    ],
  },
};

/** Whether a service may assume a role. */
export function trusts(account: Account, roleArn: unknown, service: string): boolean {
  const role = account.of(roleType).find(({ outputs }) => outputs['arn'] === roleArn);
  return statements(role?.inputs['assumeRolePolicy']).some(({ Principal }) =>
    list(Principal?.Service).includes(service),
  );
}

/** Checks the ARNs in a trust policy: IAM looks up each of them. */
function principals(principal: Statement['Principal'], account: Account): void {
  if (principal === undefined) throw new AwsError('MalformedPolicyDocument: Missing required field Principal');
  const arns = new Set(account.of(roleType).map(({ outputs }) => outputs['arn']));
  for (const arn of list(principal.AWS)) {
    if (!arns.has(arn)) throw new AwsError(`MalformedPolicyDocument: Invalid principal in policy: "AWS":"${arn}"`);
  }
}

/** Limit for the sum of a role's inline policies, without white space. */
const maxInlinePolicyBytes = 10_240;

function rolePolicy({ inputs }: Call): void {
  for (const { Resource } of statements(inputs['policy'])) {
    const resources = list(Resource);
    if (resources.length === 0) throw new AwsError('MalformedPolicyDocument: Policy statement must contain resources.');
    const odd = resources.find(
      (resource) => resource !== '*' && !/^arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:.+$/.test(resource),
    );
    if (odd !== undefined) throw new AwsError(`MalformedPolicyDocument: Resource ${odd} must be in ARN format or "*".`);
  }
  if (String(inputs['policy']).replaceAll(/\s/g, '').length > maxInlinePolicyBytes) {
    throw new AwsError(
      `LimitExceeded: Maximum policy size of ${maxInlinePolicyBytes} bytes exceeded for role ${String(inputs['role'])}`,
    );
  }
}

function statements(text: unknown): readonly Statement[] {
  try {
    const { Version, Statement } = JSON.parse(String(text));
    if (Version === '2012-10-17' && Array.isArray(Statement) && Statement.every(isStatement)) return Statement;
  } catch {
    // Not JSON: falls through.
  }
  throw new AwsError('MalformedPolicyDocument: Syntax errors in policy.');
}

function isStatement({ Effect, Action }: Statement): boolean {
  return (
    ['Allow', 'Deny'].includes(Effect) && list(Action).every((action) => /^(\*|[a-z0-9-]+:[A-Za-z*]+)$/.test(action))
  );
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
