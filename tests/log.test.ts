import type { LogLevel } from '../function/config.ts';
import { createLog } from '../function/log.ts';

const entry = { requestId: 'r', endpoint: '/v1/models', method: 'GET', status: 200, latencyMs: 1 };

/** The levels of the lines that a log prints of an answered, a refused and a broken request, and of names that were read. */
function printed(least?: LogLevel): string[] {
  const levels: string[] = [];
  const log = createLog((line) => levels.push(JSON.parse(line).level), { now: () => 0, ...(least && { least }) });
  log.request(entry);
  log.request({ ...entry, status: 404, error: 'model_not_found' });
  log.request({ ...entry, error: 'TruncatedStream' });
  log.names({ added: 1 });
  log.names({ problem: 'The parameter is empty.' });
  return levels;
}

test.each<[LogLevel | undefined, string[]]>([
  [undefined, ['INFO', 'WARN', 'WARN', 'INFO', 'WARN']],
  ['debug', ['INFO', 'WARN', 'WARN', 'INFO', 'WARN']],
  ['info', ['INFO', 'WARN', 'WARN', 'INFO', 'WARN']],
  ['warn', ['WARN', 'WARN', 'WARN']],
  ['error', []],
])('a log at level %s prints entries of that level and above', (least, levels) => {
  expect(printed(least)).toEqual(levels);
});
