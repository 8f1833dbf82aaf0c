import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Report } from '../../bench/report.ts';

const main = path.resolve(import.meta.dirname, '../../bench/main.ts');

/** Every figure that docs/performance.md speaks of. */
const figures = [
  'requests',
  'cpu-460',
  'cpu-2500',
  'cpu-105k',
  'cpu-1m-body',
  'delta',
  'delta-long',
  'cpu-1m-answer',
  'responses',
  'responses-delta',
  'latency',
  'first-token',
  'validation-long-messages',
  'validation-tools-and-small-parts',
  'bundle',
  'import',
  'first-request',
  'runtime-client',
  'event-requests',
  'event-cpu',
  'keys',
  'files',
  'stored-body',
  'large-body',
  'metrics',
  'path-files',
  'path-functions',
  'memory',
  'stream-memory',
  'environment-memory',
];

describe('npm run bench', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bench-test-'));
    await promisify(execFile)(process.execPath, [main, '--quick', '--out', folder]);
  }, 180_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('a quick run measures every figure, each with values of its own', async () => {
    const report: Report = JSON.parse(await readFile(path.join(folder, 'results.json'), 'utf8'));
    expect(report.figures.map(({ id }) => id)).toEqual(figures);
    // A quick run installs nothing, so the runtime client is left out.
    const { runtimeClient = [], measured = [] } = Object.groupBy(report.figures, ({ skipped }) =>
      skipped === undefined ? 'measured' : 'runtimeClient',
    );
    expect(runtimeClient).toEqual([expect.objectContaining({ id: 'runtime-client', rows: [] })]);
    for (const { rows } of measured) {
      expect(rows.length).toBeGreaterThan(0);
      for (const { value } of rows)
        expect(value).toEqual({ median: expect.any(Number), low: expect.any(Number), high: expect.any(Number) });
    }
    expect(report.versions).toHaveProperty('Node');
  });

  test('it draws the plot', async () => {
    const svg = await readFile(path.join(folder, 'results.svg'), 'utf8');
    expect(svg).toMatch(/^<svg [^]*bedrock-gateway[^]*<\/svg>\n$/);
  });

  test('an unknown group is refused', async () => {
    const run = promisify(execFile)(process.execPath, [main, '--only', 'nothing']);
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no group 'nothing'"),
    });
  });
});
