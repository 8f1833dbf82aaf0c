import type { Command } from '../command.ts';
import { numberIn, type JsonObject } from '../json.ts';
import { Failure } from '../failure.ts';
import { sentenceAnswer } from './shown.ts';

/** Repairs the key directory. */
export const reconcileCommand: Command = {
  words: ['reconcile'],
  summary: 'Make the user pool and the key table agree again',
  description: 'Needed only after a write of one of them has failed: the log then has a line with UserPoolBehind.',
  example: 'reconcile',
  run: async (call) => {
    const reply = await (await call.connect()).post('/organization/reconcile');
    const [checked, repaired, failed] = [count(reply, 'checked'), count(reply, 'repaired'), count(reply, 'failed')];
    const sentence = `Checked ${checked} keys, repaired ${repaired}.`;
    if (failed > 0)
      throw new Failure(`${sentence} ${failed} could not be repaired`, { fix: 'Try again; the log says why.' });
    return sentenceAnswer(reply, sentence);
  },
};

function count(reply: JsonObject, name: string): number {
  return numberIn(reply, name) ?? 0;
}
