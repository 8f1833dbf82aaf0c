import type { Command } from '../command.ts';
import { numberIn, objectIn, objectsIn, textIn, textsIn, type JsonObject } from '../json.ts';
import { usd } from '../money.ts';
import { moment } from '../time.ts';
import { unlimited } from './limits.ts';
import { objectAnswer, text } from './shown.ts';

/** Says whose the key is. */
export const whoamiCommand: Command = {
  words: ['whoami'],
  summary: 'Show who the key belongs to and what it can do',
  description: 'Uses the admin key; for another key, pass --key-file.',
  example: 'whoami --key-file key.txt',
  run: async (call) => {
    const answer = await (await call.connect()).get('/whoami');
    return objectAnswer(answer, [
      ['ID', text(answer, 'id')],
      ['Method', text(answer, 'method')],
      ['Project', text(answer, 'project_id') || undefined],
      ['Scopes', textsIn(answer, 'scopes')?.join(', ')],
      ['Models', textsIn(answer, 'models')?.join(', ') ?? 'not limited by a list'],
      ['Project may use', permitted(objectIn(answer, 'model_permissions'))],
      ['Rate limits for', limited(answer)],
      ['Its own limit', ownLimit(objectIn(answer, 'caller_rate_limit'))],
      ['Spend limit', spending(objectIn(answer, 'spend_limit'))],
      ['Expires', moment(answer['expires_at']) ?? 'never'],
    ]);
  },
};

function permitted(permissions: JsonObject): string | undefined {
  const mode = textIn(permissions, 'mode');
  if (mode === undefined) return undefined;
  if (mode === 'deny_list') return 'every model that is not denied to it';
  return textsIn(permissions, 'model_ids')?.join(', ') || 'no model';
}

function limited(answer: JsonObject): string | undefined {
  const models = objectsIn(answer, 'rate_limits').map((each) => text(each, 'model'));
  return models.length === 0 ? undefined : models.join(', ');
}

/** What the config of the stack sets for each key: the numbers that limit anything. */
function ownLimit(limit: JsonObject): string | undefined {
  const parts = [
    ['max_requests_per_1_minute', 'requests a minute'],
    ['max_tokens_per_1_minute', 'tokens a minute'],
    ['max_requests_per_1_day', 'requests a day'],
  ] as const;
  const shown = parts.flatMap(([name, unit]) => {
    const most = numberIn(limit, name) ?? unlimited;
    return most >= unlimited ? [] : [`${most} ${unit}`];
  });
  return shown.join(', ') || undefined;
}

function spending(limit: JsonObject): string | undefined {
  const amount = numberIn(limit, 'threshold_amount');
  return amount === undefined ? undefined : `${usd(amount)} a month`;
}
