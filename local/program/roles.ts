import { readPolicy, type Policy } from '../iam/policy.ts';
import type { Role } from '../iam/verify.ts';
import type { Collection, Entry } from './collection.ts';
import { DeclarationError } from './inputs.ts';

/** Further ways to give a role rights, which nothing here looks at. */
const unsupportedInputs = ['inlinePolicies', 'managedPolicyArns', 'permissionsBoundary'];

/** The declared roles, each with the policies that belong to it. Throws a DeclarationError. */
export function readRoles(collection: Collection): readonly Role[] {
  const roles = collection.all('role');
  const stranger = collection.all('rolePolicy').find(({ inputs }) => !roles.some(isFor(inputs.text('role'))));
  if (stranger) throw new DeclarationError(stranger.resource, 'there is no such role');
  return roles.map((entry) => readRole(entry, collection.of('rolePolicy', ['role', entry.resource.id])));
}

function isFor(id: string): (role: Entry) => boolean {
  return ({ resource }) => resource.id === id;
}

function readRole(role: Entry, policies: readonly Entry[]): Role {
  const { inputs, resource } = role;
  const other = unsupportedInputs.find((name) => resource.inputs[name] !== undefined);
  if (other !== undefined) throw new DeclarationError(resource, `the local stack does not emulate ${other}`);
  return {
    arn: inputs.text('arn'),
    trust: policyOf(role, 'assumeRolePolicy'),
    policies: policies.map((policy) => policyOf(policy, 'policy')),
  };
}

function policyOf({ inputs, resource }: Entry, key: string): Policy {
  try {
    return readPolicy(inputs.text(key));
  } catch (error) {
    if (error instanceof DeclarationError) throw error;
    throw new DeclarationError(resource, error instanceof Error ? error.message : String(error));
  }
}
