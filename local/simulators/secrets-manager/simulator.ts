import { createHash } from 'node:crypto';
import { AwsJsonError, startAwsJson, type Members } from '../common/aws-json.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';

const invalidParameter = 'InvalidParameterException';

/** AWS Secrets Manager: GetSecretValue of the current version, by the secret's ARN. */
export const secretsManagerSimulator = {
  name: 'secrets-manager',
  urlVariables: ['AWS_ENDPOINT_URL_SECRETS_MANAGER'],
  start,
} satisfies Simulator;

function start({ iam, secret }: Pick<SimulatorContext, 'iam' | 'secret'>): Promise<RunningSimulator> {
  const started = Date.now() / 1000;
  const getSecretValue = {
    permissions: (input: Members) => [{ action: 'GetSecretValue', resource: secretId(input) }],
    answer(input: Members) {
      const arn = secretId(input);
      const SecretString = secret(arn);
      if (SecretString === undefined) throw notFound('secret');
      const Name = arn.replace(/^(?:[^:]*:){6}(.*)-\w{6}$/, '$1');
      const version = { VersionId: versionId(SecretString), VersionStages: ['AWSCURRENT'], CreatedDate: started };
      return { ARN: arn, SecretString, Name, ...version };
    },
  };
  return startAwsJson({
    iam,
    service: 'secretsmanager',
    version: '1.1',
    target: 'secretsmanager',
    operations: { GetSecretValue: getSecretValue },
    ownFailure: 'InternalServiceError',
    invalid: invalidParameter,
  });
}

/** A version other than the current one is no secret that is here. */
function secretId({ SecretId: id, VersionId: version, VersionStage: stage = 'AWSCURRENT' }: Members): string {
  if (typeof id !== 'string' || id === '') throw new AwsJsonError(invalidParameter, 'SecretId is missing.');
  if (version !== undefined || stage !== 'AWSCURRENT') throw notFound('secret version');
  return id;
}

function notFound(what: string): AwsJsonError {
  return new AwsJsonError('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}.`);
}

/** Version ID of a secret, a UUID: equal texts have equal IDs, and a rotated secret has another one. */
function versionId(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
