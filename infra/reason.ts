import { stripVTControlCharacters } from 'node:util';

/** Longest reason in an error message, in characters. */
const maxReasonLength = 400;

/** The beginning of messages of Pulumi and its providers, which names the lookup that failed. */
const preamble = /^(?:Invocation of \S+ returned an error: |invoking \S+: |\d+ errors? occurred:\s*(?:\* )?)+/i;

/** The reason of a failure outside of this program (a provider, the bundler, the disk), as one line of plain text without a full stop. */
export function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = stripVTControlCharacters(message)
    .replace(preamble, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return line.length > maxReasonLength ? `${line.slice(0, maxReasonLength)}…` : line;
}
