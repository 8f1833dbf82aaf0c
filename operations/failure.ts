/** Why a command cannot do what it should, in one line, with what mends it. Shown without a stack trace. */
export class Failure extends Error {
  readonly fix: string | undefined;
  /** 1: something is wrong; 2: the command line is. */
  readonly exitCode: 1 | 2;

  constructor(message: string, { fix, exitCode = 1 }: { readonly fix?: string; readonly exitCode?: 1 | 2 } = {}) {
    super(message);
    this.fix = fix;
    this.exitCode = exitCode;
  }
}
