import type { Call, Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { textIn, textsIn, type JsonObject } from '../json.ts';
import { path } from '../paths.ts';
import { projectOf } from './scope.ts';
import { objectAnswer, removedAnswer, type Entries } from './shown.ts';

const models = { name: 'model', description: 'names of models, as GET /v1/models shows them', count: 'some' } as const;

function details(permissions: JsonObject): Entries {
  const names = textsIn(permissions, 'model_ids') ?? [];
  const isAllowed = textIn(permissions, 'mode') === 'allow_list';
  if (names.length === 0) return [['Allowed', isAllowed ? 'no models' : 'all models']];
  if (isAllowed) return [['Allowed', names.join(', ')]];
  return [
    ['Allowed', 'all models except'],
    ['Denied', names.join(', ')],
  ];
}

async function placeOfPermissions(call: Call): Promise<string> {
  return path`/organization/projects/${await projectOf(call)}/model_permissions`;
}

/** A command that replaces the permissions of a project by a list of one kind. */
function setting(verb: string, mode: string, summary: string): Command {
  return {
    words: ['permissions', verb],
    summary,
    description: 'The list replaces the previous one.',
    arguments: [models],
    flags: ['project'],
    example: `permissions ${verb} gpt-4o text-embedding-3-small --project proj_00V6HKT4TLZ5`,
    run: async (call) => {
      const body = { mode, model_ids: call.rest };
      const permissions = await (await call.connect()).post(await placeOfPermissions(call), body);
      return objectAnswer(permissions, details(permissions));
    },
  };
}

/** The commands on the models that a project may use. */
export const permissionCommands: readonly Command[] = [
  {
    words: ['permissions', 'get'],
    summary: 'Show which models a project can use',
    flags: ['project'],
    example: 'permissions get --project proj_00V6HKT4TLZ5',
    run: async (call) => {
      const permissions = await (await call.connect()).get(await placeOfPermissions(call));
      return objectAnswer(permissions, details(permissions));
    },
  },
  setting('allow', 'allow_list', 'Allow a project only these models'),
  setting('deny', 'deny_list', 'Allow a project all models except these'),
  {
    words: ['permissions', 'remove'],
    summary: 'Remove the list of a project: it can use all models again',
    flags: ['project', 'yes'],
    example: 'permissions remove --project proj_00V6HKT4TLZ5',
    run: async (call) => {
      const [place, api] = [await placeOfPermissions(call), await call.connect()];
      await confirm(call, { what: 'Without the list, the project can use every model' });
      return removedAnswer(await api.remove(place), 'The project can use every model.');
    },
  },
];
