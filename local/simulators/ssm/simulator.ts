import { accountId } from '../../account.ts';
import { AwsJsonError, startAwsJson, type Members } from '../common/aws-json.ts';
import type { RunningSimulator, Simulator, SimulatorContext } from '../simulator.ts';

/** A name alone, or a hierarchy of up to 15 levels. A version or a label behind a colon is not emulated. */
const namePattern = /^(?:[\w.-]+|(?:\/[\w.-]+){1,15})$/;

/** AWS Systems Manager: GetParameter of the type String, by the parameter's name. */
export const ssmSimulator = {
  name: 'ssm',
  urlVariables: ['AWS_ENDPOINT_URL_SSM'],
  start,
} satisfies Simulator;

function start({
  iam,
  region,
  parameter,
}: Pick<SimulatorContext, 'iam' | 'region' | 'parameter'>): Promise<RunningSimulator> {
  const versions = new Map<string, Version>();
  // The slash that a hierarchy begins with is the one in the ARN.
  const arnOf = (input: Members): string => {
    return `arn:aws:ssm:${region}:${accountId}:parameter/${nameOf(input).replace(/^\//, '')}`;
  };
  const getParameter = {
    permissions: (input: Members) => [{ action: 'GetParameter', resource: arnOf(input) }],
    answer(input: Members) {
      const Name = nameOf(input);
      const Value = parameter(Name);
      if (Value === undefined) throw new AwsJsonError('ParameterNotFound', '');
      const { Version, LastModifiedDate } = versionOf(Value, versions.get(Name));
      versions.set(Name, { Value, Version, LastModifiedDate });
      return {
        Parameter: { ARN: arnOf(input), DataType: 'text', LastModifiedDate, Name, Type: 'String', Value, Version },
      };
    },
  };
  return startAwsJson({
    iam,
    service: 'ssm',
    region,
    version: '1.1',
    target: 'AmazonSSM',
    operations: { GetParameter: getParameter },
    ownFailure: 'InternalServerError',
    invalid: 'ValidationException',
  });
}

interface Version {
  readonly Value: string;
  readonly Version: number;
  /** Seconds since the epoch. */
  readonly LastModifiedDate: number;
}

function nameOf({ Name: name }: Members): string {
  if (typeof name === 'string' && name.length <= 2048 && namePattern.test(name)) return name;
  const problem = `Value '${String(name)}' at 'name' failed to satisfy constraint`;
  throw new AwsJsonError('ValidationException', `1 validation error detected: ${problem}`);
}

/** A value that was changed is a new version. */
function versionOf(Value: string, before: Version | undefined): Version {
  if (before?.Value === Value) return before;
  return { Value, Version: (before?.Version ?? 0) + 1, LastModifiedDate: Date.now() / 1000 };
}
