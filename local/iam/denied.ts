import { accountId } from '../account.ts';

/** Call that the policies of a role do not allow. */
export interface DeniedCall {
  /** ARN of the caller: of a user, a role or the session of a role. */
  readonly user: string;
  /** Such as `bedrock:InvokeModel`. */
  readonly action: string;
  /** ARN of the resource. */
  readonly resource: string;
}

/** Message of an AccessDenied error, as AWS's services word it. */
export function deniedMessage({ user, action, resource }: DeniedCall): string {
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}

/** ARN of the session in which the gateway acts as a role, by the role's ARN. */
export function gatewaySessionArn(roleArn: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleArn.replace(/^.*\//, '')}/gateway`;
}
