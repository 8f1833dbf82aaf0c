/** What the program has of the machine that it runs on. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The home folder. */
  readonly home: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether somebody can be asked: standard input and standard error are terminals. */
  readonly isInteractive: boolean;
  /** Whether standard input is a terminal. */
  readonly isInputTerminal: boolean;
  /** Columns of standard output; undefined where it is no terminal. */
  readonly columns: number | undefined;
  readonly isColored: boolean;
  /** Writes to standard output, text or bytes as they are; resolves when more may be written. */
  readonly out: (text: string | Uint8Array) => Promise<void>;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /** Asks on standard error and reads a line; empty at the end of input. */
  readonly ask: (question: string) => Promise<string>;
  /** The text of standard input, until its end. Rejects for more than a megabyte. */
  readonly readInput: () => Promise<string>;
}
