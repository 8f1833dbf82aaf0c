import { randomBytes } from 'node:crypto';
import { IamError } from './iam-error.ts';
import { decide, hasAction, hasResource, holds, type Context, type Policy, type Statement } from './policy.ts';
import { isSignedBy, readSignature, type Secret, type SignedRequest } from './signature.ts';

/** A role, with whoever may assume it and what it may then do. */
export interface Role {
  readonly arn: string;
  readonly trust: Policy;
  readonly policies: readonly Policy[];
}

/** Temporary credentials of a role. */
export interface Credentials extends Secret {
  /** In milliseconds since the epoch; absent for those that an environment is started with. */
  readonly expiresAt?: number;
}

/** Whoever has signed a request: a role, in a session that may have a policy of its own. */
export interface Caller {
  readonly roleArn: string;
  /** What the session was restricted to when the role was assumed: it may do only what this policy allows as well. */
  readonly sessionPolicy?: Policy;
}

/** How long credentials are good, and what their session is restricted to. */
export interface Session {
  readonly seconds: number;
  readonly policy?: Policy | undefined;
}

/** A resource by its ARN, with the context of the call. */
export interface Resource {
  readonly arn: string;
  readonly context: Context;
}

/** What a signature must be scoped to. */
export interface Expected {
  /** The signing name of the service, such as `bedrock` or `sagemaker`. */
  readonly service: string;
  /** Any region when absent. */
  readonly region?: string;
}

/** The part of AWS's identity service that the simulators ask: who has signed, and what that role may do. */
export interface Iam {
  /** New credentials of a role; whoever has them acts as that role. */
  issue(roleArn: string, session?: Session): Credentials;
  /** Credentials that were issued, by their access key id; for a service that checks signatures in a way of its own. */
  find(accessKeyId: string): (Credentials & Caller) | undefined;
  /** Checks the whole signature of a request, or rejects with an `IamError`. */
  verify(request: SignedRequest, expected: Expected): Promise<Caller>;
  /**
   * Whether the role's own policies, and that of the session, allow an action on a resource: an ARN alone, or with what its conditions look
   * at. Policies of resources are not emulated.
   */
  allows(caller: Caller, action: string, resource: string | Resource): boolean;
  /** Whether a role lets another role, or a service such as `lambda.amazonaws.com`, assume it. */
  trusts(roleArn: string, principal: string): boolean;
}

/** Settings of the identity service. */
export interface IamOptions {
  readonly roles?: readonly Role[];
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** How long expired credentials are told from unknown ones. */
const rememberedMs = 60 * 60 * 1000;

/** How far a signature's time may be from the clock. */
const maxClockSkewMs = 5 * 60 * 1000;

/** Roles that nobody declared may do nothing. */
export function createIam({ roles = [], clock = Date.now }: IamOptions = {}): Iam {
  const issued = new Map<string, Credentials & Caller>();
  const forgetExpired = (now: number): void => {
    for (const [id, { expiresAt = now }] of issued) if (expiresAt + rememberedMs < now) issued.delete(id);
  };
  const role = (arn: string): Role | undefined => roles.find((each) => each.arn === arn);
  return {
    issue(roleArn, session) {
      const credentials = { ...makeUp(), ...(session && { expiresAt: clock() + session.seconds * 1000 }) };
      forgetExpired(clock());
      const caller = { roleArn, ...(session?.policy && { sessionPolicy: session.policy }) };
      issued.set(credentials.accessKeyId, { ...credentials, ...caller });
      return credentials;
    },
    find: (accessKeyId) => issued.get(accessKeyId),
    async verify(request, expected) {
      const signature = readSignature(request);
      const known = issued.get(signature.accessKeyId);
      const token = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'x-amz-security-token');
      if (!known || token?.[1] !== known.sessionToken) {
        throw refused('UnrecognizedClientException', 'The security token included in the request is invalid.');
      }
      if (known.expiresAt !== undefined && known.expiresAt <= clock()) {
        throw refused('ExpiredTokenException', 'The security token included in the request is expired');
      }
      if (Math.abs(signature.time - clock()) > maxClockSkewMs) {
        throw refused('InvalidSignatureException', 'Signature expired: its time is too far from the current time.');
      }
      if (signature.service !== expected.service || signature.region !== (expected.region ?? signature.region)) {
        throw refused('InvalidSignatureException', 'Credential should be scoped to this service and its region.');
      }
      if (!(await isSignedBy(request, signature, known))) throw refused('InvalidSignatureException', mismatchMessage);
      return callerOf(known);
    },
    allows({ roleArn, sessionPolicy }, action, resource) {
      const { arn, context } = typeof resource === 'string' ? { arn: resource, context: {} } : resource;
      const applies = (one: Statement): boolean => {
        return hasAction(one, action) && hasResource(one, arn) && holds(one, context);
      };
      const isPermitted = decide(role(roleArn)?.policies ?? [], applies);
      return isPermitted && (sessionPolicy === undefined || decide([sessionPolicy], applies));
    },
    trusts(roleArn, principal) {
      const found = role(roleArn);
      const names = new Set([principal, rootOf(principal), '*']);
      return decide(found ? [found.trust] : [], (one) => {
        const asked = hasAction(one, 'sts:AssumeRole') && holds(one, {});
        return asked && one.principals.some(({ name }) => names.has(name));
      });
    },
  };
}

/** Whoever credentials were issued to, without the credentials. */
export function callerOf({ roleArn, sessionPolicy }: Caller): Caller {
  return { roleArn, ...(sessionPolicy && { sessionPolicy }) };
}

const mismatchMessage = [
  'The request signature we calculated does not match the signature you provided.',
  'Check your AWS Secret Access Key and signing method.',
].join(' ');

function refused(name: IamError['name'], message: string): IamError {
  return new IamError(name, message);
}

/** A role's account, as a trust policy may name it: all roles of the account whose own policies allow the call. */
function rootOf(principal: string): string {
  return principal.replace(/^(arn:[\w-]+:iam::\d{12}):.*$/, '$1:root');
}

/** Well formed, made at random, good on this machine only. */
function makeUp(): Secret {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(120).toString('base64'),
  };
}
