import type { Step } from './stack.ts';

/** How work on a customer ended. */
export interface CustomerResult {
  readonly name: string;
  readonly status: 'ok' | 'failed' | 'not started';
  /** What the table says, in a few words. */
  readonly text: string;
  readonly steps: readonly Step[];
  /** Lines that are printed below the table. */
  readonly details?: readonly string[];
  /** What went wrong; undefined if nothing did. */
  readonly error?: string;
  readonly ms: number;
}

/** The words of the table for each operation of Pulumi that counts as a change. */
const words: Readonly<Record<string, string>> = {
  create: 'create',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
  import: 'import',
};

/** The steps as counts, such as `3 create, 1 update`; `no changes` if there are none. */
function countSteps(steps: readonly Step[]): string {
  const counts = Object.entries(words).flatMap(([op, word]) => {
    const count = steps.filter((step) => step.op === op).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return counts.join(', ') || 'no changes';
}

/** The summary: a table with a row for each customer, the errors in full, and a line that counts. */
export function summary(results: readonly CustomerResult[], retry: (names: string) => string): string {
  const rows = [
    ['customer', 'result', 'changes', 'time'],
    ...results.map(({ name, status, text, steps, ms }) => [
      name,
      status === 'ok' ? text : status.toUpperCase(),
      status === 'ok' || steps.length > 0 ? countSteps(steps) : '',
      status === 'not started' ? '' : `${Math.round(ms / 1_000)} s`,
    ]),
  ];
  const paragraphs = results.flatMap(({ name, error, details = [] }) => {
    const text = error ?? details.join('\n');
    return text === '' ? [] : [`\n${name}:\n${text.replaceAll(/^/gm, '  ')}`];
  });
  const unfinished = results.filter(({ status }) => status !== 'ok');
  const names = unfinished.map(({ name }) => name).join(',');
  return [
    ...table(rows),
    ...paragraphs,
    '',
    `${results.length - unfinished.length} of ${results.length} customers succeeded.`,
    ...(unfinished.length > 0 ? [`To continue with the others: ${retry(names)}`] : []),
    '',
  ].join('\n');
}

/** Rows as lines of columns that are as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
