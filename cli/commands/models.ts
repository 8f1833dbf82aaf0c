import type { Command } from '../command.ts';
import { objectsIn } from '../json.ts';
import { day } from '../time.ts';
import { listAnswer, text } from './shown.ts';

/** Lists what may be asked for. */
export const modelsCommand: Command = {
  words: ['models'],
  summary: 'List the models that the key can use',
  description: 'Uses the API key, or the admin key if no API key is set.',
  example: 'models',
  run: async (call) => {
    const answer = await (await call.connect('api')).get('/models');
    return listAnswer(
      { ...answer, data: objectsIn(answer, 'data'), has_more: false },
      {
        columns: [
          { title: 'MODEL', cell: (each) => text(each, 'id') },
          { title: 'OWNER', cell: (each) => text(each, 'owned_by'), keep: 'start' },
          { title: 'CREATED', cell: (each) => day(each['created']) ?? '–' },
        ],
        empty: 'This key cannot use any model.',
      },
    );
  },
};
