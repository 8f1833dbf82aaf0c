import type { Api } from './api.ts';
import type { FlagName } from './flags.ts';
import type { Screen } from './table.ts';
import type { Terminal } from './terminal.ts';

/** A word of the command line that is no flag. */
export interface Argument {
  readonly name: string;
  readonly description: string;
  /** How often it is there; absent: once. Only the last argument can be absent, or several. */
  readonly count?: 'optional' | 'some' | 'any';
}

/** The values of flags and arguments that a command was given. */
export interface Given {
  readonly has: (flag: FlagName) => boolean;
  /** The value of a flag that counts once. Throws UsageError where it was repeated. */
  readonly one: (flag: FlagName) => string | undefined;
  /** Every value of a flag: repeated, or separated by commas. */
  readonly many: (flag: FlagName) => readonly string[];
  /** An argument that must be there; empty for one that may be absent and is. */
  readonly argument: (name: string) => string;
  /** What is left after the arguments before the last one. */
  readonly rest: readonly string[];
}

/** Whose key a command calls with: an administrator's, or any that may call models. */
export type KeyKind = 'admin' | 'api';

/** What a command works with. */
export interface Call extends Given {
  readonly terminal: Terminal;
  /** The gateway that flags, environment or config file name. Rejects with the UsageError that says what is missing. */
  readonly connect: (kind?: KeyKind) => Promise<Api>;
  /** A setting that commands use where a flag is absent. */
  readonly usual: (name: 'project' | 'model') => Promise<string | undefined>;
  /** Every command, for help and completion. */
  readonly commands: readonly Command[];
}

/** What a command has to say. */
export interface Answer {
  /** The API's object, for `--json`. */
  readonly json: unknown;
  /** The answer for people. It ends in a line break unless it is empty. */
  readonly text: (screen: Screen) => string;
  /** What `--quiet` prints. */
  readonly value?: string;
  /** What people should know beside it; standard error. */
  readonly note?: string;
}

/** One command. */
export interface Command {
  /** The words of the command: one, or a group and a verb. */
  readonly words: readonly [string] | readonly [string, string];
  readonly summary: string;
  readonly description?: string;
  readonly arguments?: readonly Argument[];
  /** Flags beside those that every command has. */
  readonly flags?: readonly FlagName[];
  /** Whether it works without a gateway. */
  readonly isLocal?: true;
  /** A command line, without the name of the program. */
  readonly example: string;
  /** Undefined for a command that has written its answer already. Rejects with a Failure. */
  readonly run: (call: Call) => Promise<Answer | undefined>;
}
