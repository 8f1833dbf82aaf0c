import { printable, printableJson } from '../../cli/printable.ts';
import type { Check } from './check.ts';

/** Width of the column of names: that of the longest usual one. */
const nameWidth = 15;

/** The lines of a check: what was found, and, for a failure, what mends it. They end in a line break. */
export function checkText({ name, status, detail, fix }: Check): string {
  const line = `${status.padEnd(8)}${printable(name).padEnd(nameWidth)} ${printable(detail)}\n`;
  return fix === undefined ? line : `${line}${' '.repeat(8)}fix: ${printable(fix)}\n`;
}

/** The last line, for example `9 ok, 1 failed, 4 skipped`. It ends in a line break. */
export function summaryText(checks: readonly Check[]): string {
  const count = (status: Check['status']): number => checks.filter((check) => check.status === status).length;
  return `${count('ok')} ok, ${count('failed')} failed, ${count('skipped')} skipped\n`;
}

/** Everything as one JSON document with the fields `baseUrl`, `ok` and `checks`. It ends in a line break. */
export function reportJson(baseUrl: string | undefined, checks: readonly Check[]): string {
  const ok = checks.every(({ status }) => status !== 'failed');
  return printableJson({ baseUrl: baseUrl ?? null, ok, checks });
}
