import { printable } from './printable.ts';
import { cut, widthOf } from './width.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** The cell of a row; it is made printable. */
  readonly cell: (row: Row) => string;
  readonly align?: 'right';
  /** The part of a cell that stays where the terminal is too narrow; absent: the cell is never cut, so that an ID can be copied. */
  readonly keep?: 'start' | 'end';
}

/** The screen that a table is written for. */
export interface Screen {
  /** Columns of the terminal; undefined: nothing is cut. */
  readonly columns?: number | undefined;
  readonly isColored?: boolean;
}

const gap = '  ';
const minWidth = 6;

/** A table with a line of titles, aligned, and cut to the screen as far as its columns allow. It ends in a line break. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], screen: Screen = {}): string {
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
  const widths = fit(columns, natural(columns, cells), screen.columns);
  const line = (texts: readonly string[]): string =>
    columns
      .map((column, index) => padded(texts[index] ?? '', widths[index] ?? 0, column))
      .join(gap)
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return `${[bold(titles, screen), ...cells.map(line)].join('\n')}\n`;
}

/** The width that each column needs. */
function natural<Row>(columns: readonly Column<Row>[], cells: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, index) =>
    cells.reduce((width, row) => Math.max(width, widthOf(row[index] ?? '')), title.length),
  );
}

/** Narrows the widest columns that may be cut until the line fits, or nothing is left to cut. */
function fit<Row>(columns: readonly Column<Row>[], widths: readonly number[], screen: number | undefined): number[] {
  const fitted = [...widths];
  if (screen === undefined) return fitted;
  let excess = fitted.reduce((sum, width) => sum + width, gap.length * (columns.length - 1)) - screen;
  for (; excess > 0; excess -= 1) {
    const widest = widestToCut(columns, fitted);
    if (widest === undefined) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}

function widestToCut<Row>(columns: readonly Column<Row>[], widths: readonly number[]): number | undefined {
  const [widest] = columns
    .flatMap(({ keep, title }, index) => {
      const width = widths[index] ?? 0;
      return keep !== undefined && width > Math.max(minWidth, title.length) ? [{ index, width }] : [];
    })
    .toSorted((a, b) => b.width - a.width);
  return widest?.index;
}

function padded<Row>(text: string, width: number, { align, keep }: Column<Row>): string {
  const shown = keep === undefined ? text : cut(text, width, keep);
  const space = ' '.repeat(Math.max(0, width - widthOf(shown)));
  return align === 'right' ? space + shown : shown + space;
}

/** Labels and values of one object, a line each: values are made printable, and absent ones left out. It ends in a line break. */
export function fields(
  entries: readonly (readonly [label: string, value: string | undefined])[],
  screen: Screen = {},
): string {
  const shown = entries.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value: printable(value) }]));
  const width = Math.max(...shown.map(({ label }) => label.length));
  return shown
    .map(({ label, value }) => `${bold(label, screen)}${' '.repeat(width - label.length)}${gap}${value}\n`)
    .join('');
}

function bold(text: string, { isColored = false }: Screen): string {
  return isColored ? `\u001B[1m${text}\u001B[22m` : text;
}
