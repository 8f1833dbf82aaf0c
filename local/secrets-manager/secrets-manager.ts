import { createHash, randomUUID } from 'node:crypto';
import {
  readBody,
  startServer,
  textOf,
  writeJson,
  type RunningServer,
  type Where,
  type Wire,
} from '../answer/server.ts';
import { IamError } from '../iam/iam-error.ts';
import type { Iam } from '../iam/verify.ts';

export interface SecretsManagerOptions extends Where {
  readonly iam: Iam;
  /** The text of a secret, by its whole ARN; asked for every request. */
  readonly secret: (arn: string) => string | undefined;
}

/** GetSecretValue takes an id and a version. */
const BODY_BYTES = 100_000;

/** A refusal: in this protocol (JSON 1.1) they all have the same status. */
class SecretsError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** AWS Secrets Manager on the loopback interface: GetSecretValue of the current version, by the secret's ARN. */
export function startSecretsManager({ iam, secret, ...where }: SecretsManagerOptions): Promise<RunningServer> {
  const started = Date.now() / 1000;
  return startServer(async ({ incoming, response }) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
    try {
      const found = await getSecretValue(incoming, { iam, secret });
      const Name = found.ARN.replace(/^(?:[^:]*:){6}(.*)-\w{6}$/, '$1');
      const version = { VersionId: versionId(found.SecretString), VersionStages: ['AWSCURRENT'], CreatedDate: started };
      writeJson(response, { ...found, Name, ...version }, { headers });
    } catch (error) {
      const { type, message } = refusal(error);
      writeJson(response, { __type: type, message }, { status: type === 'InternalServiceError' ? 500 : 400, headers });
    }
  }, where);
}

async function getSecretValue(
  incoming: Wire['incoming'],
  { iam, secret }: SecretsManagerOptions,
): Promise<{ readonly ARN: string; readonly SecretString: string }> {
  const body = await readBody(incoming, { bytes: BODY_BYTES, refuse: () => invalid('The request is too long.') });
  const { method = '', url = '', headers } = incoming;
  const { roleArn } = await iam.verify({ method, url, headers, body }, { service: 'secretsmanager' });
  if (headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') {
    throw new SecretsError('UnknownOperationException', 'The local stack knows GetSecretValue alone.');
  }
  const ARN = secretId(body);
  if (!iam.allows(roleArn, 'secretsmanager:GetSecretValue', ARN)) {
    const action = 'secretsmanager:GetSecretValue';
    const reason = `because no identity-based policy allows the ${action} action`;
    throw new SecretsError(
      'AccessDeniedException',
      `User: ${roleArn} is not authorized to perform: ${action} on resource: ${ARN} ${reason}`,
    );
  }
  const SecretString = secret(ARN);
  if (SecretString === undefined) {
    throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  return { ARN, SecretString };
}

/** A version other than the current one is no secret that is here. */
function secretId(body: Buffer): string {
  const { SecretId: id, VersionId: version, VersionStage: stage = 'AWSCURRENT' } = members(textOf(body) ?? '');
  if (typeof id !== 'string' || id === '') throw invalid('SecretId is missing.');
  if (version !== undefined || stage !== 'AWSCURRENT') {
    throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret version.");
  }
  return id;
}

function members(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    throw new SecretsError('SerializationException', 'The body is not JSON.');
  }
}

function invalid(message: string): SecretsError {
  return new SecretsError('InvalidParameterException', message);
}

function refusal(error: unknown): { readonly type: string; readonly message: string } {
  if (error instanceof IamError) return { type: error.name, message: error.message };
  if (error instanceof SecretsError) return error;
  return { type: 'InternalServiceError', message: `The simulator failed: ${String(error)}` };
}

/** The same for the same text, so that a rotated secret has another; formed like those of the service. */
function versionId(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
