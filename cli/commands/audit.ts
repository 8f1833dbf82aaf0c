import type { Command } from '../command.ts';
import { objectIn, type JsonObject } from '../json.ts';
import { countOf, listOf } from '../lists.ts';
import { past } from '../time.ts';
import { listAnswer, text, timeText } from './shown.ts';

const usualLimit = 100;

/** The audit log. */
export const auditCommands: readonly Command[] = [
  {
    words: ['audit', 'list'],
    summary: 'List changes: what, when and by which key; newest first',
    description: `Prints ${usualLimit} entries unless --limit says otherwise.`,
    flags: ['since', 'until', 'type', 'project', 'actor', 'resource', 'limit'],
    example: 'audit list --since 7d --type api_key.created,api_key.deleted',
    run: async (call) => {
      const now = Math.floor(call.terminal.now() / 1_000);
      const [since, until, project] = [call.one('since'), call.one('until'), call.one('project')];
      const query = {
        'effective_at[gte]': since === undefined ? undefined : past(since, '--since', now),
        'effective_at[lt]': until === undefined ? undefined : past(until, '--until', now),
        'event_types[]': call.many('type'),
        'project_ids[]': project === undefined ? [] : [project],
        'actor_ids[]': call.many('actor'),
        'resource_ids[]': call.many('resource'),
      };
      const limit = countOf(call.one('limit'), '--limit') ?? usualLimit;
      const list = await listOf(await call.connect(), { path: '/organization/audit_logs', query, limit });
      return listAnswer(list, {
        columns: [
          { title: 'TIME', cell: (each) => timeText(each, 'effective_at') },
          { title: 'EVENT', cell: (each) => text(each, 'type') },
          { title: 'WHAT', cell: (each) => text(objectIn(each, text(each, 'type')), 'id'), keep: 'end' },
          { title: 'BY', cell: actorOf, keep: 'end' },
        ],
        empty: 'No entries.',
      });
    },
  },
];

/** The key that made a change, or the user of a JWT. */
function actorOf(entry: JsonObject): string {
  const actor = objectIn(entry, 'actor');
  return text(objectIn(actor, 'api_key'), 'id') || text(objectIn(objectIn(actor, 'session'), 'user'), 'id');
}
