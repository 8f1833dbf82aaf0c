import process from 'node:process';

/** Where progress is shown. */
export interface Screen {
  write(text: string): void;
  /** Whether lines can be written over, as on a terminal. */
  readonly isTerminal: boolean;
  /** Lines and columns of a terminal. */
  size(): { readonly rows: number; readonly columns: number };
}

/** The screen of this process: its standard error, so that standard output has results alone. */
export const standardError: Screen = {
  write: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  size: () => ({ rows: process.stderr.rows || 24, columns: process.stderr.columns || 80 }),
};

interface Line {
  readonly text: string;
  readonly isDone: boolean;
}

/**
 * Live progress, one line for each stack. On a terminal, lines are written over; where they do not fit, those at work are shown, and the
 * others are counted. Elsewhere, a line is printed when a stack starts and when it ends.
 */
export class Progress {
  readonly #screen: Screen;
  readonly #lines: Map<string, Line>;
  readonly #width: number;
  #drawn = 0;

  constructor(screen: Screen, names: readonly string[]) {
    this.#screen = screen;
    this.#lines = new Map(names.map((name) => [name, { text: 'waiting', isDone: false }]));
    this.#width = Math.max(0, ...names.map((name) => name.length));
    this.#draw();
  }

  /** Shows what a stack starts with. */
  started(name: string, text: string): void {
    this.#set(name, { text, isDone: false });
    if (!this.#screen.isTerminal) this.#print(name, text);
  }

  /** Shows what a stack is doing. */
  update(name: string, text: string): void {
    this.#set(name, { text, isDone: false });
  }

  /** Shows how a stack ended. */
  done(name: string, text: string): void {
    this.#set(name, { text, isDone: true });
    if (!this.#screen.isTerminal) this.#print(name, text);
  }

  #set(name: string, line: Line): void {
    this.#lines.set(name, line);
    this.#draw();
  }

  #print(name: string, text: string): void {
    this.#screen.write(`${name.padEnd(this.#width)}  ${text}\n`);
  }

  #draw(): void {
    if (!this.#screen.isTerminal) return;
    const { rows, columns } = this.#screen.size();
    const lines = this.#visible(rows - 1).map((line) => line.slice(0, columns - 1));
    const up = this.#drawn > 0 ? `\u001B[${this.#drawn}A` : '';
    // Each line is cleared to its end, and what was drawn below it is cleared last.
    this.#screen.write(`${up}${lines.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J`);
    this.#drawn = lines.length;
  }

  #visible(rows: number): string[] {
    const all = [...this.#lines].map(([name, { text, isDone }]) => {
      const shown = `${name.padEnd(this.#width)}  ${text}`;
      return { text, isDone, shown };
    });
    if (all.length <= rows) return all.map(({ shown }) => shown);
    const atWork = all.filter(({ isDone, text }) => !isDone && text !== 'waiting').slice(0, rows - 1);
    const doneCount = all.filter(({ isDone }) => isDone).length;
    return [`${doneCount} of ${all.length} done`, ...atWork.map(({ shown }) => shown)];
  }
}
