interface FailureOptions {
  /** What mends it, in lines of their own. */
  readonly fix?: string;
  readonly exitCode?: 1 | 2;
}

/** Why a command has not done what it should. Message and fix may have texts of the server: they are made printable when shown. */
export class Failure extends Error {
  readonly fix: string | undefined;
  readonly exitCode: 1 | 2;

  constructor(message: string, { fix, exitCode = 1 }: FailureOptions = {}) {
    super(message);
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

/** A command line or a setting that cannot be understood: exit code 2. */
export class UsageError extends Failure {
  constructor(message: string, fix?: string) {
    super(message, { exitCode: 2, ...(fix !== undefined && { fix }) });
  }
}
