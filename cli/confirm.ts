import type { Call } from './command.ts';
import { Failure, UsageError } from './failure.ts';
import { printable } from './printable.ts';

interface Question {
  /** What would happen: a sentence without its full stop. */
  readonly what: string;
  /** What must be typed; absent: `y`. */
  readonly typed?: string;
}

/**
 * Asks before something is destroyed. Rejects with a Failure unless the answer is yes, and with a UsageError where there is nobody to
 * ask and `--yes` is not there.
 */
export async function confirm({ terminal, has }: Call, { what, typed }: Question): Promise<void> {
  if (has('yes')) return;
  if (!terminal.isInteractive)
    throw new UsageError(`${what}; no terminal to ask for confirmation`, 'To do it without confirmation, add --yes.');
  const wanted = printable(typed ?? '').trim() || undefined;
  const ending = wanted === undefined ? 'Go on? [y/N] ' : `Type ${wanted} to go on: `;
  const answer = (await terminal.ask(`${printable(what)}. ${ending}`)).trim();
  if (wanted === undefined ? /^y(?:es)?$/i.test(answer) : answer === wanted) return;
  throw new Failure('not confirmed; nothing was changed');
}
