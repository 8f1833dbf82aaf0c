import { RequestLog, type Exchange } from '../../local/request-log.ts';

const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
const exchange: Exchange = {
  method: 'POST',
  path: '/v1/chat/completions',
  status: 200,
  time,
  milliseconds: 12.4,
  requestId: 'r-1',
};
const entry = {
  level: 'INFO',
  message: 'request',
  timestamp: '2026-01-02T03:04:05.000Z',
  service: 'bedrock-gateway',
  requestId: 'r-1',
  endpoint: '/v1/chat/completions',
  status: 200,
  model: 'gpt-4o',
  target: 'bedrock:us.big (big, converse)',
  inputTokens: 4,
  outputTokens: 61,
};

function logged(feed: (log: RequestLog) => void): string {
  const lines: string[] = [];
  feed(new RequestLog((text) => lines.push(text)));
  return lines.join('');
}

const line = (fields: object): string => `${JSON.stringify(fields)}\n`;

test('writes one line per request, whichever half arrives first', () => {
  const wanted =
    '03:04:05  POST /v1/chat/completions  200  gpt-4o → bedrock:us.big (big, converse)  4+61 tokens  12 ms\n';
  expect(
    logged(({ take, served }) => {
      take(line(entry));
      served(exchange);
    }),
  ).toBe(wanted);
  expect(
    logged(({ take, served }) => {
      served(exchange);
      take(line(entry));
    }),
  ).toBe(wanted);
});

test('the line of a refused request shows its error name and the path as sent', () => {
  const refused = { ...entry, status: 404, model: undefined, target: undefined, inputTokens: undefined };
  expect(
    logged(({ take, served }) => {
      take(line({ ...refused, outputTokens: undefined, endpoint: 'unknown', error: 'unknown_url' }));
      served({ ...exchange, path: '/v1/v1/models', status: 404 });
    }),
  ).toBe('03:04:05  POST /v1/v1/models  404  unknown_url  12 ms\n');
});

test('a request that the function does not log gets a line from the edge', () => {
  vi.useFakeTimers();
  try {
    expect(
      logged(({ served }) => {
        served(exchange);
        vi.advanceTimersByTime(1_000);
      }),
    ).toBe('03:04:05  POST /v1/chat/completions  200  12 ms\n');
  } finally {
    vi.useRealTimers();
  }
});

test('responses of API Gateway itself and disconnected clients are logged', () => {
  expect(logged(({ served }) => served({ ...exchange, status: 403, requestId: undefined }))).toBe(
    '03:04:05  POST /v1/chat/completions  403  from API Gateway  12 ms\n',
  );
  expect(logged(({ served }) => served({ ...exchange, status: undefined, requestId: undefined }))).toBe(
    '03:04:05  POST /v1/chat/completions  client gone  12 ms\n',
  );
});

test('other log lines keep their level, message and fields; plain text is unchanged', () => {
  const warning = { level: 'WARN', message: 'models parameter', service: 'x', problem: 'not JSON', names: 2 };
  expect(logged(({ take }) => take(`${line(warning)}plain text\n`))).toMatch(
    /^\d\d:\d\d:\d\d {2}WARN {2}models parameter {2}problem=not JSON {2}names=2\nplain text\n$/,
  );
});

test('control characters and long values are not written to the terminal', () => {
  const path = `/v1/\u{1B}[2J\u{9B}31m\u{202E}\n${'x'.repeat(5000)}`;
  const text = logged(({ served }) => served({ ...exchange, path, requestId: undefined }));
  expect(text).toMatch(/^03:04:05 {2}POST \/v1\/\?\[2J\?31m\?\?x+… {2}200/);
  expect(text.length).toBeLessThan(300);
});
