import { createHash, randomUUID } from 'node:crypto';
import { readBody, startServer, type Wire } from '../common/server.ts';
import { IamError } from '../../iam/iam-error.ts';
import { readPolicy, type Policy } from '../../iam/policy.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';
import { document, type Content } from '../common/query-xml.ts';
import { sharedCodes, StsError } from './sts-error.ts';

type Context = Pick<SimulatorContext, 'iam' | 'region'>;

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** Far more than a session policy and its tags may have. */
const maxBodyBytes = 100_000;

/** AssumeRole: at least a quarter of an hour, and at most one hour for a role that another role assumes (role chaining). */
const durationSeconds = { least: 900, most: 3600 } as const;

/** Parameters that are emulated: any other, such as a managed policy, would change what the session may do. */
const known = new Set(['Action', 'Version', 'RoleArn', 'RoleSessionName', 'DurationSeconds', 'Policy']);

/** A session policy: some characters of Latin-1, and not too many of them (AssumeRole, API reference). */
const policyPattern = /^[\t\n\r -\u00FF]{1,2048}$/;

/** AWS's token service: AssumeRole, in the query protocol. */
export const stsSimulator = {
  name: 'sts',
  urlVariables: ['AWS_ENDPOINT_URL_STS'],
  start,
} satisfies Simulator;

function start({ iam, region }: Context): Promise<RunningSimulator> {
  return startServer(async ({ incoming, response }) => {
    const requestId = randomUUID();
    const send = (status: number, xml: string): void => {
      response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }).end(xml);
    };
    try {
      const result = await assumeRole(incoming, { iam, region });
      const content = { AssumeRoleResult: result, ResponseMetadata: { RequestId: requestId } };
      send(200, document('AssumeRoleResponse', content, namespace));
    } catch (error) {
      const { status, code, message } = refusal(error);
      const content = { Error: { Type: 'Sender', Code: code, Message: message }, RequestId: requestId };
      send(status, document('ErrorResponse', content, namespace));
    }
  });
}

async function assumeRole(incoming: Wire['incoming'], { iam, region }: Context): Promise<Content> {
  const body = await readBody(incoming, { bytes: maxBodyBytes, refuse: () => invalid('The request is too long.') });
  const { method = '', url = '', headers } = incoming;
  const caller = await iam.verify({ method, url, headers, body }, { service: 'sts', region });
  const form = new URLSearchParams(body.toString());
  if (form.get('Action') !== 'AssumeRole' || form.get('Version') !== '2011-06-15') {
    throw new StsError('InvalidAction', 'The local stack knows AssumeRole of the version 2011-06-15 alone.');
  }
  const { roleArn, session, seconds, policy } = parameters(form);
  if (!iam.allows(caller, 'sts:AssumeRole', roleArn) || !iam.trusts(roleArn, caller.roleArn)) {
    const user = sessionArn(caller.roleArn, 'local');
    throw new StsError(
      'AccessDenied',
      `User: ${user} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt = 0 } = iam.issue(roleArn, { seconds, policy });
  return {
    AssumedRoleUser: { AssumedRoleId: `${roleId(roleArn)}:${session}`, Arn: sessionArn(roleArn, session) },
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expiresAt).toISOString(),
    },
  };
}

interface Parameters {
  readonly roleArn: string;
  readonly session: string;
  readonly seconds: number;
  readonly policy: Policy | undefined;
}

function parameters(form: URLSearchParams): Parameters {
  const other = [...form.keys()].find((name) => !known.has(name));
  if (other !== undefined) throw invalid(`The local stack does not emulate ${other}`);
  const roleArn = form.get('RoleArn') ?? '';
  const session = form.get('RoleSessionName') ?? '';
  const seconds = Number(form.get('DurationSeconds') ?? durationSeconds.most);
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(roleArn)) throw invalid(`${roleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) throw invalid('Member roleSessionName must have 2 to 64 of its characters');
  if (!(seconds >= durationSeconds.least)) throw invalid('Member durationSeconds must have a value of at least 900');
  if (seconds > durationSeconds.most) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  }
  const policy = form.get('Policy');
  return { roleArn, session, seconds, policy: policy === null ? undefined : sessionPolicy(policy) };
}

/** What a session is restricted to. Throws an StsError for what is no policy, or one that is not for sessions. */
function sessionPolicy(json: string): Policy {
  if (!policyPattern.test(json)) throw invalid('Member policy must have 1 to 2048 characters of Latin-1');
  const policy = parsed(json);
  if (policy.statements.length === 0) throw malformed('The policy must have statements.');
  for (const { actions, resources, principals } of policy.statements) {
    if (principals.length > 0) throw malformed('Policy document should not specify a principal.');
    if (actions.length === 0) throw malformed('Policy statement must contain actions.');
    if (resources.length === 0) throw malformed('Policy statement must contain resources.');
  }
  return policy;
}

function parsed(json: string): Policy {
  try {
    return readPolicy(json);
  } catch (error) {
    throw malformed(`The policy is not in the valid JSON format: ${String(error)}`);
  }
}

function malformed(message: string): StsError {
  return new StsError('MalformedPolicyDocument', message);
}

function invalid(message: string): StsError {
  return new StsError('ValidationError', message);
}

function refusal(error: unknown): { readonly status: number; readonly code: string; readonly message: string } {
  if (error instanceof IamError) return new StsError(sharedCodes[error.name], error.message);
  if (error instanceof StsError) return error;
  return { status: 500, code: 'InternalFailure', message: `The simulator failed: ${String(error)}` };
}

/** The session of a role, as AWS names whoever calls. */
function sessionArn(roleArn: string, session: string): string {
  return `${roleArn.replace(':iam:', ':sts:').replace(/:role\/(?:.*\/)?/, ':assumed-role/')}/${session}`;
}

/** Unique ID of a role, of the length of real ones; the same role always has the same. */
function roleId(roleArn: string): string {
  return `AROA${createHash('sha256').update(roleArn).digest('hex').slice(0, 17).toUpperCase()}`;
}
