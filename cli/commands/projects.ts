import type { Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { JsonObject } from '../json.ts';
import { countOf, listOf } from '../lists.ts';
import { path } from '../paths.ts';
import { moment } from '../time.ts';
import { listAnswer, objectAnswer, text, timeText, type Entries } from './shown.ts';

const project = { name: 'project', description: 'the ID of the project, proj_…' } as const;

const details = (object: JsonObject): Entries => [
  ['ID', text(object, 'id')],
  ['Name', text(object, 'name')],
  ['Status', text(object, 'status')],
  ['Created', moment(object['created_at'])],
  ['Archived', moment(object['archived_at'])],
];

/** The commands on projects. */
export const projectCommands: readonly Command[] = [
  {
    words: ['projects', 'list'],
    summary: 'List the projects',
    flags: ['archived', 'limit'],
    example: 'projects list --archived',
    run: async (call) => {
      const query = { ...(call.has('archived') && { include_archived: true }) };
      const limit = countOf(call.one('limit'), '--limit');
      const list = await listOf(await call.connect(), { path: '/organization/projects', query, limit });
      return listAnswer(list, {
        columns: [
          { title: 'ID', cell: (each) => text(each, 'id') },
          { title: 'NAME', cell: (each) => text(each, 'name'), keep: 'start' },
          { title: 'STATUS', cell: (each) => text(each, 'status') },
          { title: 'CREATED', cell: (each) => timeText(each, 'created_at') },
        ],
        empty: 'No projects yet. Create one: bedrock-gateway projects create <name>',
      });
    },
  },
  {
    words: ['projects', 'create'],
    summary: 'Create a project',
    arguments: [{ name: 'name', description: 'its name' }],
    flags: ['quiet'],
    example: 'projects create search',
    run: async (call) => {
      const api = await call.connect();
      const created = await api.post('/organization/projects', { name: call.argument('name') });
      return objectAnswer(created, details(created), { value: text(created, 'id') });
    },
  },
  {
    words: ['projects', 'get'],
    summary: 'Show a project',
    arguments: [project],
    example: 'projects get proj_00V6HKT4TLZ5',
    run: async (call) => {
      const place = path`/organization/projects/${call.argument('project')}`;
      const found = await (await call.connect()).get(place);
      return objectAnswer(found, details(found));
    },
  },
  {
    words: ['projects', 'rename'],
    summary: 'Rename a project',
    arguments: [project, { name: 'name', description: 'its new name' }],
    example: "projects rename proj_00V6HKT4TLZ5 'search and ranking'",
    run: async (call) => {
      const place = path`/organization/projects/${call.argument('project')}`;
      const renamed = await (await call.connect()).post(place, { name: call.argument('name') });
      return objectAnswer(renamed, details(renamed));
    },
  },
  {
    words: ['projects', 'archive'],
    summary: 'Archive a project and end all its keys, for good',
    arguments: [project],
    flags: ['yes'],
    example: 'projects archive proj_00V6HKT4TLZ5',
    run: async (call) => {
      const place = path`/organization/projects/${call.argument('project')}`;
      const api = await call.connect();
      if (!call.has('yes')) {
        const name = text(await api.get(place), 'name');
        await confirm(call, {
          what: `Archiving the project '${name}' ends all its keys and cannot be undone`,
          typed: name,
        });
      }
      const archived = await api.post(`${place}/archive`);
      return objectAnswer(archived, details(archived));
    },
  },
];
