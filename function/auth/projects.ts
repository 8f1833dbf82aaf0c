import type { CallerRules } from './rules.ts';

/** A project as its callers are checked against it. */
export interface FoundProject {
  readonly state: 'active' | 'archived';
  readonly name: string;
  /** Absent where nothing is set. */
  readonly rules?: CallerRules;
}

/** Finds a project by its id without prefix; undefined where there is none. Rejects with the ApiError 503 where nobody can tell. */
export type FindProject = (id: string) => Promise<FoundProject | undefined>;
