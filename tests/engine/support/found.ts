import { resourceType } from '../aws/resource-types.ts';
import type { Sandbox } from './sandbox.ts';

/** Adds a public zone to the account of a sandbox, as if it had been there before the stack. */
export function zone({ account }: Sandbox, name: string, id = 'ZFOUND'): void {
  account.keep({ type: 'aws:route53/zone:Zone', id, inputs: { name }, outputs: { zoneId: id } });
}

/** Adds an issued certificate to the account of a sandbox. */
export function certificate({ account }: Sandbox, arn: string, domainName: string): void {
  const outputs = { arn, domainName, status: 'ISSUED' };
  account.keep({ type: 'aws:acm/certificate:Certificate', id: arn, inputs: { domainName }, outputs });
}

/** Sets the role by which API Gateway writes access logs in the account of a sandbox, as `npm run fleet -- bootstrap` does. */
export function logRole({ account }: Sandbox, region = 'us-east-1'): void {
  account.keep({
    type: 'aws:apigateway/account:Account',
    id: `api-gateway-account ${region}`,
    inputs: {},
    outputs: {},
  });
}

/** Turns off the deletion protection of all resources in the account of a sandbox, as an operator does by AWS's own CLI. */
export function unprotect({ account }: Sandbox): void {
  for (const kept of account.all()) {
    const { protection } = resourceType(kept.type);
    if (protection) account.keep({ ...kept, inputs: { ...kept.inputs, [protection.input]: null } });
  }
}
