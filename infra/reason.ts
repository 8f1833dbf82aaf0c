import { stripVTControlCharacters } from 'node:util';

/** The longest reason that an error of ours repeats, in characters. */
const LIMIT = 400;

/** Where Pulumi and its providers say which lookup failed, before they say why. */
const PREAMBLE = /^(?:Invocation of \S+ returned an error: |invoking \S+: |\d+ errors? occurred:\s*(?:\* )?)+/i;

/** Why something outside of this program failed (a provider, the bundler, the disk), as one line of plain text without a full stop. */
export function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = stripVTControlCharacters(message)
    .replace(PREAMBLE, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return line.length > LIMIT ? `${line.slice(0, LIMIT)}…` : line;
}
