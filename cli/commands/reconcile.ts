import type { Api } from '../api.ts';
import type { Command } from '../command.ts';
import { numberIn, type JsonObject } from '../json.ts';
import { Failure } from '../failure.ts';
import { sentenceAnswer } from './shown.ts';

/** Repairs the key directory. */
export const reconcileCommand: Command = {
  words: ['reconcile'],
  summary: 'Reconcile the user pool and the key table',
  description: 'Only needed after a write to one of them has failed; the log then has a line with UserPoolBehind.',
  example: 'reconcile',
  run: async (call) => {
    const { reply, repaired } = await reconcile(await call.connect());
    const [checked, failed] = [count(reply, 'checked'), count(reply, 'failed')];
    const sentence = `Checked ${checked} ${checked === 1 ? 'key' : 'keys'}, repaired ${repaired}.`;
    if (failed > 0)
      throw new Failure(`${sentence} ${failed} could not be repaired`, {
        fix: "Try again; the functions' log has the reason.",
      });
    if (reply['finished'] === false)
      throw new Failure(`${sentence} The last request ended before all keys were checked`, { fix: 'Try again.' });
    return sentenceAnswer({ ...reply, repaired }, sentence);
  },
};

/** Asks again while a request ends before the last key but gets on, and sums what was repaired. */
async function reconcile(api: Api): Promise<{ reply: JsonObject; repaired: number }> {
  let repaired = 0;
  for (;;) {
    const reply = await api.post('/organization/reconcile');
    repaired += count(reply, 'repaired');
    if (reply['finished'] !== false || count(reply, 'repaired') === 0) return { reply, repaired };
  }
}

function count(reply: JsonObject, name: string): number {
  return numberIn(reply, name) ?? 0;
}
