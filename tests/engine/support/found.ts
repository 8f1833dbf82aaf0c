import type { Sandbox } from './sandbox.ts';

/** Puts a public zone into the account of a sandbox, as one that was there before the stack. */
export function zone({ account }: Sandbox, name: string, id = 'ZFOUND'): void {
  account.keep({ type: 'aws:route53/zone:Zone', id, inputs: { name }, outputs: { zoneId: id } });
}

/** Puts an issued certificate into the account of a sandbox. */
export function certificate({ account }: Sandbox, arn: string, domainName: string): void {
  const outputs = { arn, domainName, status: 'ISSUED' };
  account.keep({ type: 'aws:acm/certificate:Certificate', id: arn, inputs: { domainName }, outputs });
}
