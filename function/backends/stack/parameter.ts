import type { RoleCredentials } from '../../config.ts';

/** Which parameter of Systems Manager is read, and how. */
export interface ParameterOptions {
  /** The parameter's name, with its leading slash where it is part of a hierarchy. */
  readonly name: string;
  /** The function's region: the parameter is in the stack's region and account. */
  readonly region: string;
  /** Credentials of the function's own role, which may read this one parameter. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_SSM. */
  readonly endpoint?: string | undefined;
}

/** The text of a parameter, or a sentence for the log that says why there is none, without anything of the value. */
export type ParameterRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** Timeouts of a read, in milliseconds: Parameter Store answers in some tens of them, and no request waits for it. */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** Tries of a read: functions that start at once are throttled, since an account has 40 GetParameter requests a second. */
const maxAttempts = 4;

/** Reads a parameter of AWS Systems Manager once, by AWS's own client, which is in a chunk of its own. Never rejects. */
export async function readParameter({ name, region, credentials, endpoint }: ParameterOptions): Promise<ParameterRead> {
  try {
    const { GetParameterCommand, SSMClient } = await import('./ssm.ts');
    const client = new SSMClient({
      region,
      credentials,
      ...(endpoint && { endpoint }),
      maxAttempts,
      requestHandler: timeouts,
    });
    try {
      const { Parameter: found } = await client.send(new GetParameterCommand({ Name: name }));
      if (found?.Type !== 'String' || found.Value === undefined) return { ok: false, problem: wrongType };
      return { ok: true, text: found.Value };
    } finally {
      client.destroy();
    }
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

const wrongType = 'It must be a parameter of the type String.';

/** Describes an error by its name alone: AWS's messages name the role and the account. */
function problemOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return Object.hasOwn(problems, name) ? (problems[name] ?? name) : `It could not be read: ${name}.`;
}

const problems: Readonly<Record<string, string>> = {
  ParameterNotFound: "There is no such parameter in the stack's region and account.",
  AccessDeniedException: "The function's role may not read it: deploy the stack again.",
};
