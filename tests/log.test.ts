import type { LogLevel } from '../function/config.ts';
import { createLog, type Log } from '../function/log.ts';

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

/** The fields of the line that a log prints in one call. */
function printedLine(write: (log: Log) => void): unknown {
  const lines: string[] = [];
  write(createLog((text) => lines.push(text), { now: () => 1_733_097_600_000 }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  return JSON.parse(lines[0] ?? '');
}

const head = { timestamp: '2024-12-02T00:00:00.000Z', service: 'bedrock-gateway' };

test.each<[string, (log: Log) => void, object]>([
  ['a request', (log) => log.request(entry), { level: 'INFO', message: 'request', ...entry }],
  [
    'a refused request',
    (log) => log.request({ ...entry, status: 400 }),
    { level: 'WARN', message: 'request', ...entry, status: 400 },
  ],
  [
    'a request at the edge of a refusal',
    (log) => log.request({ ...entry, status: 399 }),
    { level: 'INFO', message: 'request', ...entry, status: 399 },
  ],
  ['names', (log) => log.names({ added: 1 }), { level: 'INFO', message: 'models parameter', added: 1 }],
  [
    'names that were left out',
    (log) => log.names({ added: 1, leftOut: [] }),
    { level: 'WARN', message: 'models parameter', added: 1, leftOut: [] },
  ],
  ['a changed key', (log) => log.keys({ keyId: 'k' }), { level: 'INFO', message: 'gateway keys', keyId: 'k' }],
  ['details', (log) => log.details({ ms: 1 }), { level: 'DEBUG', message: 'details', ms: 1 }],
  ['no details', (log) => log.details({}), { level: 'DEBUG', message: 'details' }],
])('the line of %s is one JSON object', (_what, write, fields) => {
  expect(printedLine(write)).toEqual({ ...head, ...fields });
});

test('failures are written by Powertools, and are out once the log has settled', async () => {
  const written: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    const log = createLog((text) => written.push(`not ${text}`), { now: () => 0 });
    log.request({ ...entry, status: 500, error: 'internal_error' });
    log.request({ ...entry, status: 499 });
    log.broken('r', 'TypeError');
    log.keys({ problem: 'TimeoutError', operation: 'Query' });
    log.usage({ problem: 'UsageThrottled', operation: 'settle' });
    await log.settled();
  } finally {
    stderr.mockRestore();
  }
  const [refused, ...errors] = written;
  expect(refused).toMatch(/^not .*"level":"WARN"/);
  expect(errors.map((text) => JSON.parse(text))).toMatchObject([
    {
      service: 'bedrock-gateway',
      level: 'ERROR',
      message: 'request',
      ...entry,
      status: 500,
      error: 'internal_error',
    },
    {
      service: 'bedrock-gateway',
      level: 'ERROR',
      message: 'answer cut short',
      requestId: 'r',
      error: 'TypeError',
    },
    {
      service: 'bedrock-gateway',
      level: 'ERROR',
      message: 'gateway keys',
      problem: 'TimeoutError',
      operation: 'Query',
    },
    {
      service: 'bedrock-gateway',
      level: 'ERROR',
      message: 'usage',
      problem: 'UsageThrottled',
      operation: 'settle',
    },
  ]);
});
