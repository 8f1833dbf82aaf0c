import type { Caller } from './caller.ts';

/** Whether a caller may use certain models only, by its own list or by its project's. */
export function isLimited({ models, rules }: Pick<Caller, 'models' | 'rules'>): boolean {
  return models !== undefined || rules?.project?.models !== undefined;
}
