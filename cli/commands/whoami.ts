import type { Command } from '../command.ts';
import { textsIn } from '../json.ts';
import { moment } from '../time.ts';
import { objectAnswer, text } from './shown.ts';

/** Says whose the key is. */
export const whoamiCommand: Command = {
  words: ['whoami'],
  summary: 'Show whose key this is, and what it may do',
  description: 'Asks with the admin key; --key-file names any other.',
  example: 'whoami --key-file key.txt',
  run: async (call) => {
    const answer = await (await call.connect()).get('/whoami');
    return objectAnswer(answer, [
      ['ID', text(answer, 'id')],
      ['Method', text(answer, 'method')],
      ['Project', text(answer, 'project_id') || undefined],
      ['Scopes', textsIn(answer, 'scopes')?.join(', ')],
      ['Models', textsIn(answer, 'models')?.join(', ') ?? 'not limited by a list'],
      ['Expires', moment(answer['expires_at']) ?? 'never'],
    ]);
  },
};
