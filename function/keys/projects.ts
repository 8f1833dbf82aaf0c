import { ApiError } from '../errors.ts';
import { makeChange, putRecord, type RecordChange, type DirectoryParts } from './change.ts';
import type { Actor, KeyDirectory } from './directory.ts';
import { itemOf, partitions, projectOf, projectPlace } from './items.ts';
import { isShortId, shortId } from './key-text.ts';
import { cursorOf, firstOf, itemsIn } from './lists.ts';
import type { ProjectRecord } from './records.ts';
import type { Write } from './table.ts';

type Projects = Pick<KeyDirectory, 'createProject' | 'project' | 'projects' | 'renameProject' | 'archiveProject'>;

type Audit = RecordChange<unknown>['audit'];

/** The projects of the directory. */
export function projectsOf(parts: DirectoryParts): Projects {
  const { table, now, bytes } = parts;

  async function project(id: string): Promise<ProjectRecord | undefined> {
    const [item] = isShortId(id) ? await table.read([projectPlace(id)]) : [];
    return item && projectOf(item);
  }

  /** Writes the next state of a project, unless it is the one that it has. */
  function change(
    id: string,
    actor: Actor,
    next: (found: ProjectRecord) => { readonly record: ProjectRecord; readonly audit: Audit },
  ): Promise<ProjectRecord | undefined> {
    return makeChange<ProjectRecord | undefined>(parts, actor, async () => {
      const found = await project(id);
      if (found === undefined) return { result: undefined };
      const { record, audit } = next(found);
      if (record === found) return { result: found };
      const result = { ...record, version: found.version + 1 };
      return { result, writes: [write(result, found.version)], audit };
    });
  }

  return {
    project,
    createProject: (name, actor) =>
      makeChange(parts, actor, async () => {
        const id = shortId(now(), bytes(8));
        const createdAt = Math.floor(now() / 1_000);
        const result: ProjectRecord = { id, name, state: 'active', createdAt, version: 1 };
        const details = { id, data: { name, title: name } };
        return Promise.resolve({
          result,
          writes: [write(result)],
          audit: { type: 'project.created', projectId: id, details },
        });
      }),

    async projects(query) {
      const after = await cursorOf(table, query, (id) => (isShortId(id) ? projectPlace(id) : undefined));
      return firstOf(all(), query.limit);

      async function* all(): AsyncGenerator<ProjectRecord> {
        const { order, limit } = query;
        for await (const items of itemsIn(table, { ...partitions.projects, order, after, limit: limit + 1 })) {
          yield* items.map(projectOf).filter(({ state }) => state === 'active' || query.includeArchived);
        }
      }
    },

    renameProject: (id, name, actor) =>
      change(id, actor, (found) => {
        if (found.state === 'archived') throw archived();
        const details = { id, changes_requested: { title: name } };
        return { record: { ...found, name }, audit: { type: 'project.updated', projectId: id, details } };
      }),

    archiveProject: (id, actor) =>
      change(id, actor, (found) => {
        const archivedAt = Math.floor(now() / 1_000);
        const record = found.state === 'archived' ? found : { ...found, state: 'archived' as const, archivedAt };
        return { record, audit: { type: 'project.archived', projectId: id, details: { id } } };
      }),
  };
}

function write(record: ProjectRecord, over?: number): Write {
  return putRecord(itemOf(projectPlace(record.id), record), projectOf, over);
}

function archived(): ApiError {
  return new ApiError('This project is archived: nothing in it can be created or updated.', {
    status: 400,
    code: 'project_archived',
  });
}
