import type { LogLevel } from '../function/config.ts';
import { createLog, type Log } from '../function/log.ts';
import type { Measure } from '../function/request-context.ts';

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

describe('with metrics', () => {
  const measured: Measure = () => '"_aws":{"Timestamp":1},"requests":1';

  /** The lines of a log whose metrics are these, in their order. */
  async function lines(least: LogLevel, entries: readonly (typeof entry)[], load = () => Promise.resolve(measured)) {
    const texts: string[] = [];
    const log = createLog((text) => texts.push(text), { now: () => 1_733_097_600_000, least, measure: load });
    for (const each of entries) log.request(each);
    await log.settled();
    return texts.map((text) => JSON.parse(text));
  }

  const metrics = { _aws: { Timestamp: 1 }, requests: 1 };

  test('the line of a request has them', async () => {
    expect(await lines('info', [entry])).toEqual([
      { ...head, level: 'INFO', message: 'request', ...entry, ...metrics },
    ]);
  });

  test('a request without metrics has a line like any other', async () => {
    expect(await lines('info', [entry], () => Promise.resolve(() => ''))).toEqual([
      { ...head, level: 'INFO', message: 'request', ...entry },
    ]);
    expect(await lines('warn', [entry], () => Promise.resolve(() => ''))).toEqual([]);
  });

  test('a request below the level of the log has a line with nothing else', async () => {
    const refused = { ...entry, status: 404 };
    expect(await lines('warn', [entry, refused])).toEqual([
      { ...head, level: 'INFO', message: 'metrics', ...metrics },
      { ...head, level: 'WARN', message: 'request', ...refused, ...metrics },
    ]);
  });

  test('what writes them is told whether the request has a line, and loaded once, with the first request', async () => {
    const told: boolean[] = [];
    let loads = 0;
    const load = () => {
      loads += 1;
      return Promise.resolve((_entry: unknown, _unlogged: unknown, isLogged: boolean) => {
        told.push(isLogged);
        return '';
      });
    };
    const log = createLog(() => undefined, { now: () => 0, least: 'warn', measure: load });
    expect(loads).toBe(0);
    log.request(entry);
    await log.settled();
    log.request({ ...entry, status: 400 });
    expect([loads, told]).toEqual([1, [false, true]]);
  });

  test('an error that is the first request has them, and is out once the log has settled', async () => {
    const errors: string[] = [];
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
    try {
      expect(await lines('info', [{ ...entry, status: 503 }])).toEqual([]);
    } finally {
      stderr.mockRestore();
    }
    expect(errors.map((text) => JSON.parse(text))).toMatchObject([
      { level: 'ERROR', message: 'request', status: 503, ...metrics },
    ]);
  });
});
