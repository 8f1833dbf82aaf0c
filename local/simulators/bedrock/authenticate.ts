import { accountId } from '../../account.ts';
import { deniedMessage, gatewaySessionArn } from '../../iam/denied.ts';
import { IamError } from '../../iam/iam-error.ts';
import type { SignedRequest } from '../../iam/signature.ts';
import type { Caller as Session, Iam, Resource } from '../../iam/verify.ts';
import { BedrockError, FrontDoorError } from './bedrock-error.ts';

/** Whoever called: by one of the account's keys, or as a role. */
export interface Caller {
  /** The key, or the role's ARN: prompts are remembered apart for each. */
  readonly name: string;
  /** Absent for a key. */
  readonly session?: Session;
}

/** Who may call, and where. */
export interface Guard {
  readonly keys: readonly string[];
  readonly region: string;
  /** Who may sign; without it no signature is good. */
  readonly iam?: Iam | undefined;
}

/** The caller of a request with a good key or signature; else Bedrock's own refusal. Throws a FrontDoorError. */
export async function authenticate(arrival: SignedRequest, guard: Guard): Promise<Caller> {
  const authorization = String(arrival.headers['authorization'] ?? '');
  if (authorization === '' && arrival.headers['authorization'] === undefined)
    throw new FrontDoorError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (authorization.startsWith('AWS4-HMAC-SHA256 ')) return await signer(arrival, guard);
  const key = /^Bearer (.+)$/i.exec(authorization)?.[1];
  if (key === undefined || !guard.keys.includes(key)) {
    throw new FrontDoorError('AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.');
  }
  return { name: key };
}

async function signer(arrival: SignedRequest, { iam, region }: Guard): Promise<Caller> {
  if (iam === undefined) {
    // A signature cannot be checked without its secret.
    throw new FrontDoorError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  try {
    const session = await iam.verify(arrival, { service: 'bedrock', region });
    return { name: session.roleArn, session };
  } catch (error) {
    throw error instanceof IamError ? new FrontDoorError(error.name, error.message) : error;
  }
}

/** What a role must be allowed; a key of the simulated account may do everything. */
export interface Right {
  readonly action: string;
  readonly resources: readonly (string | Resource)[];
}

/**
 * Refuses a role without the right to an action on each of the resources: a profile, and the models behind it. Throws a
 * BedrockError.
 */
export function authorize({ session }: Caller, { action, resources }: Right, iam: Iam | undefined): void {
  if (session === undefined) return;
  const found = resources.find((resource) => iam?.allows(session, action, resource) !== true);
  if (found === undefined) return;
  const refused = typeof found === 'string' ? found : found.arn;
  const user = gatewaySessionArn(session.roleArn);
  throw new BedrockError('AccessDeniedException', deniedMessage({ user, action, resource: refused }));
}

/** A guardrail as a call names it. */
export interface NamedGuardrail {
  /** ID or ARN of the guardrail. */
  readonly id: string;
  readonly version: string | undefined;
}

/** One call of a model. */
export interface Invocation {
  readonly action: 'bedrock:InvokeModel' | 'bedrock:InvokeModelWithResponseStream';
  /** The model that was called, or the profile and then the models behind it. */
  readonly arns: readonly string[];
  readonly guardrail: NamedGuardrail | undefined;
  readonly region: string;
}

/** Refuses a role without the right to a model, or to each model behind a profile, under the guardrail and the profile of the call. */
export function authorizeInvocation(
  caller: Caller,
  { action, arns, guardrail, region }: Invocation,
  iam: Iam | undefined,
): void {
  const guarded = guardrail && { 'bedrock:GuardrailIdentifier': guardrailIdentifier(guardrail, region) };
  const [called = '', ...behind] = arns;
  const resources = [
    { arn: called, context: { ...guarded } },
    ...behind.map((arn) => ({ arn, context: { ...guarded, 'bedrock:InferenceProfileArn': called } })),
  ];
  authorize(caller, { action, resources }, iam);
  if (guardrail) authorizeGuardrail(caller, { id: guardrail.id, region }, iam);
}

/** A guardrail is applied with a right of its own. */
export function authorizeGuardrail(
  caller: Caller,
  { id, region }: { id: string; region: string },
  iam: Iam | undefined,
): void {
  authorize(caller, { action: 'bedrock:ApplyGuardrail', resources: [guardrailArn(id, region)] }, iam);
}

function guardrailArn(id: string, region: string): string {
  return id.startsWith('arn:') ? id : `arn:aws:bedrock:${region}:${accountId}:guardrail/${id}`;
}

/** What `bedrock:GuardrailIdentifier` is in a call; the draft of a guardrail has no number. */
function guardrailIdentifier({ id, version }: NamedGuardrail, region: string): string {
  const arn = guardrailArn(id, region);
  return version === undefined || version === 'DRAFT' ? arn : `${arn}:${version}`;
}
