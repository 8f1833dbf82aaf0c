import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fleetHelp, readFleetOptions } from '../../fleet/command-line.mjs';

test('options have defaults', () => {
  expect(readFleetOptions(['up'])).toEqual({
    command: 'up',
    file: 'customers.yaml',
    only: undefined,
    parallel: 4,
    yes: false,
    deleteData: false,
    json: false,
    canary: undefined,
  });
});

test('customers are named by --only', () => {
  expect(
    readFleetOptions(['destroy', '--only', 'north, south', '--parallel', '8', '--yes', '--delete-data']),
  ).toMatchObject({
    only: ['north', 'south'],
    parallel: 8,
    yes: true,
    deleteData: true,
  });
});

test('a canary is judged after 500 requests or 15 minutes', () => {
  expect(readFleetOptions(['up', '--canary', '10'])).toMatchObject({
    canary: { percent: 10, requests: 500, minutes: 15 },
  });
});

test.each([
  [[], 'no command given; it is one of: preview, up, refresh, destroy, outputs, drift, bootstrap'],
  [['upp'], "there is no command 'upp' (did you mean up?)"],
  [['up', 'north'], "'north' follows the command: customers are named by --only"],
  [['up', '--onyl', 'a'], "Unknown option '--onyl' (did you mean --only?)"],
  [['up', '--parallel', '0'], "--parallel must be a whole number from 1 to 50, not '0'"],
  [['up', '--only', 'a,,b'], "--only must be names of customers, such as a,b, not 'a,,b'"],
  [['up', '--delete-data'], '--delete-data is for destroy, not for up'],
  [['preview', '--yes'], '--yes is for up, refresh, destroy, bootstrap; preview changes nothing'],
  [['drift', '--canary', '10'], '--canary is for up, not for drift'],
  [['up', '--canary', '100'], "--canary must be a whole number from 1 to 99, not '100'"],
  [
    ['up', '--canary-minutes', '5'],
    '--canary-requests and --canary-minutes say when a canary is judged: add --canary, such as --canary 10',
  ],
  [['up', '--json'], '--json is for outputs, not for up'],
])('%j is refused', (args, message) => {
  expect(() => readFleetOptions(args)).toThrow(message);
});

test('the help has each command and each option on a line of its own', () => {
  const starts = fleetHelp.split('\n').flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
  expect(starts).toEqual([
    'preview',
    'up',
    'refresh',
    'destroy',
    'outputs',
    'drift',
    'bootstrap',
    '--file',
    '--only',
    '--parallel',
    '--yes',
    '--delete-data',
    '--canary',
    '--canary-requests',
    '--canary-minutes',
    '--json',
    '--help',
    '0',
    '1',
    '2',
    '3',
  ]);
});

test('the help needs no file, no packages of the project, and no AWS', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-fleet-'));
  const script = path.resolve(import.meta.dirname, '../../scripts/run.mjs');
  const { status, stdout } = spawnSync(process.execPath, [script, 'fleet', '--help'], {
    cwd: folder,
    encoding: 'utf8',
    env: {},
  });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe(fleetHelp);
  expect(status).toBe(0);
});
