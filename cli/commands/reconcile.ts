import type { Api } from '../api.ts';
import type { Command } from '../command.ts';
import { numberIn, textIn, type JsonObject } from '../json.ts';
import { Failure } from '../failure.ts';
import { sentenceAnswer } from './shown.ts';

/** Repairs the key directory. */
export const reconcileCommand: Command = {
  words: ['reconcile'],
  summary: 'Reconcile the user pool and the key table',
  description: 'Only needed after a write to one of them has failed; the log then has a line with UserPoolBehind.',
  example: 'reconcile',
  run: async (call) => {
    const reply = await reconcile(await call.connect());
    const { checked, repaired, failed } = reply;
    const sentence = `Checked ${checked} ${checked === 1 ? 'key' : 'keys'}, repaired ${repaired}.`;
    if (failed > 0)
      throw new Failure(`${sentence} ${failed} could not be repaired`, {
        fix: "Try again; the functions' log has the reason.",
      });
    if (!reply.finished)
      throw new Failure(`${sentence} The last request ended before all keys were checked`, { fix: 'Try again.' });
    return sentenceAnswer({ object: 'organization.reconcile', ...reply }, sentence);
  },
};

interface Sums {
  readonly checked: number;
  readonly repaired: number;
  readonly failed: number;
  readonly finished: boolean;
}

/** Asks for one part after another, as long as they get on, and adds them up. */
async function reconcile(api: Api): Promise<Sums> {
  const parts: JsonObject[] = [];
  const sum = (name: string): number => parts.reduce((all, part) => all + (numberIn(part, name) ?? 0), 0);
  let after: string | undefined;
  for (;;) {
    const part = await api.post('/organization/reconcile', after === undefined ? undefined : { after });
    parts.push(part);
    const next = textIn(part, 'next');
    const isStuck = next === after && (numberIn(part, 'repaired') ?? 0) === 0;
    after = next;
    const finished = part['finished'] !== false;
    if (!finished && !isStuck) continue;
    return { checked: sum('checked'), repaired: sum('repaired'), failed: sum('failed'), finished };
  }
}
