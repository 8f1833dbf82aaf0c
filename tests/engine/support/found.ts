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
