import type { Disposition, disposition, Member } from '../disposition.ts';
import type { EarlierAnswers } from './earlier-answers.ts';

/** Members of which one use or another is not honoured. */
type Nameable = {
  [M in Member]: (typeof disposition)[M][0] extends Exclude<Disposition, 'refused'> ? M : never;
}[Member];

/** Members of the request that are not honoured, by their paths; filled while it is translated. */
export type Ignored = Set<Nameable>;

/** One request on its way. */
export interface TranslationState {
  readonly ignored: Ignored;
  readonly given: EarlierAnswers;
}
