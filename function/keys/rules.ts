import type { Rules } from '../auth/rules.ts';
import { makeChange, putRecord, type DirectoryParts } from './change.ts';
import type { KeyDirectory } from './directory.ts';
import { itemOf, projectOf, projectPlace, rulesOf, rulesPlace } from './items.ts';
import { isShortId } from './key-text.ts';
import type { RulesRecord } from './records.ts';
import type { Write } from './table.ts';

/** What the directory does with rules. */
export function rulesIn(parts: DirectoryParts): Pick<KeyDirectory, 'rules' | 'changeRules'> {
  const { table } = parts;

  /** The rules as they are, in version 0 where there are none yet; undefined where the project is none that may be changed. */
  async function changeable(projectId: string | undefined): Promise<RulesRecord | undefined> {
    if (projectId !== undefined && !isShortId(projectId)) return undefined;
    const of = projectId === undefined ? [] : [projectPlace(projectId)];
    const [item, project] = await table.read([rulesPlace(projectId), ...of]);
    const isOpen = projectId === undefined || (project !== undefined && projectOf(project).state === 'active');
    return isOpen ? recordOf(item, projectId) : undefined;
  }

  return {
    async rules(projectId) {
      const [item] = await table.read([rulesPlace(projectId)]);
      return settings(recordOf(item, projectId));
    },

    changeRules: (projectId, decide, actor) =>
      makeChange<Rules | undefined>(parts, actor, async () => {
        const found = await changeable(projectId);
        if (found === undefined) return { result: undefined };
        const before = settings(found);
        const change = decide(before);
        if (change === undefined) return { result: before };
        const place = rulesPlace(projectId);
        const of = projectId !== undefined && { projectId };
        const next: RulesRecord = { ...change.rules, ...of, version: found.version + 1 };
        const writes: Write[] = [putRecord(itemOf(place, next), rulesOf, found.version)];
        // An archived project stays as it is.
        if (projectId !== undefined) writes.push({ check: projectPlace(projectId), state: 'active' });
        return { result: change.rules, writes, audit: { ...change.audit, ...of } };
      }),
  };
}

function recordOf(item: Parameters<typeof rulesOf>[0] | undefined, projectId: string | undefined): RulesRecord {
  if (item !== undefined) return rulesOf(item);
  return { ...(projectId !== undefined && { projectId }), version: 0 };
}

function settings({ projectId: _projectId, version: _version, ...rules }: RulesRecord): Rules {
  return rules;
}
