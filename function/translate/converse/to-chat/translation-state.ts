import type { Disposition, disposition, Member } from '../disposition.ts';
import type { EarlierAnswers } from './earlier-answers.ts';

/** Request fields that may be ignored. */
type Nameable = {
  [M in Member]: (typeof disposition)[M][0] extends Exclude<Disposition, 'refused'> ? M : never;
}[Member];

/** Paths of the fields that are ignored; filled while the request is translated. */
export type Ignored = Set<Nameable>;

/** What the steps of translating one request share. */
export interface TranslationState {
  readonly ignored: Ignored;
  readonly given: EarlierAnswers;
}
