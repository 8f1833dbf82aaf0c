import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  alarmMetrics,
  networkEndpoints,
  networkZones,
  operations,
  privateNetworkPage,
} from '../../scripts/operations.ts';
import { defaultZones } from '../../infra/settings/private-network.ts';
import { prices } from '../../scripts/prices.ts';
import type { DeclaredAlarm } from '../support/alarms.ts';
import { evaluated, variants } from '../infra/variants.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/operations.md');

test('the tables of docs/operations.md match what the generator makes of the metrics and the prices', () => {
  expect(page).toBe(operations(page));
});

test('the table of docs/private-network.md matches what the generator makes of the prices', () => {
  const network = read('docs/private-network.md');
  expect(network).toBe(privateNetworkPage(network));
  expect(network).toContain(
    '| all of the table above | 7 × 2 zones × 730 h × 0.01 | 102.20 |\n| all, in three zones | 7 × 3 zones × 730 h × 0.01 | 153.30 |',
  );
});

test('a page without a part is refused', () => {
  expect(() => operations('# Operations')).toThrow('docs/operations.md has no part metrics');
  expect(() => privateNetworkPage('# Private network')).toThrow('docs/private-network.md has no part network');
});

test('the cost of a private network counts the interface endpoints that the program declares', async () => {
  const network = { 'aws:region': 'us-east-1', 'bedrock-gateway:privateNetwork': true };
  const everything = variants.find(([name]) => name === 'private-network-all')?.[1].config;
  const configs = { least: network, keys: { ...network, 'bedrock-gateway:gatewayKeys': true }, everything };
  const counts: Record<string, number> = {};
  // One program at a time: Pulumi's mocks are global.
  for (const [name, config = {}] of Object.entries(configs)) {
    const { resources } = await evaluated({ config });
    counts[name] = resources.filter(({ inputs }) => inputs['vpcEndpointType'] === 'Interface').length;
  }
  expect(counts).toEqual(networkEndpoints);
  expect(networkZones).toBe(defaultZones);
});

async function alarmsOf(variant: string) {
  const { resources } = await evaluated(variants.find(([name]) => name === variant)?.[1] ?? { config: {} });
  return resources
    .filter(({ type }) => /^aws:cloudwatch\/(?:metric|composite)Alarm:/.test(type))
    .map(({ inputs }) => inputs);
}

/** How many metrics an alarm is billed for. */
function counted({ metricQueries }: Partial<DeclaredAlarm>): number {
  return metricQueries?.filter(({ metric }) => metric !== undefined).length ?? 1;
}

test('the cost of an idle stack counts the metrics of the alarms that the program declares', async () => {
  const alarms = await alarmsOf('domain');
  const metricAlarms = alarms.filter(({ alarmRule }) => alarmRule === undefined);
  const watched = metricAlarms.reduce((sum, alarm) => sum + counted(alarm), 0);
  expect(Object.values(alarmMetrics).reduce((sum, count) => sum + count)).toBe(watched);
  expect(alarms.length - metricAlarms.length).toBe(1);
});

test('every alarm that tells somebody has a part of the page, which its description names', async () => {
  const alarms = (await alarmsOf('observability')).filter(({ alarmActions }) => alarmActions !== undefined);
  expect(alarms).toHaveLength(7);
  for (const { name, alarmName, alarmDescription } of alarms) {
    const purpose = String(name ?? alarmName).replace('bedrock-gateway-test-', '');
    expect(alarmDescription).toMatch(new RegExp(`^[A-Z].*\\. See docs/operations\\.md#${purpose}$`));
    expect(page).toContain(`\n### ${purpose}\n`);
  }
});

/** Amounts in USD of a text, as numbers. */
const amounts = (text: string): number[] =>
  [...text.matchAll(/([\d.,]*\d) USD/g)].map(([, amount = '']) => Number(amount.replace(',', '')));

const cents = (amount: number): number => Math.round(amount * 100) / 100;

test('other pages have prices of the same table', () => {
  const idle = cents(prices.dashboard + 12 * prices.alarmMetric + prices.compositeAlarm);
  const readme = read('README.md');
  expect(amounts(/- \*\*Nothing runs while nobody calls[^]*?\n- /.exec(readme)?.[0] ?? '')).toEqual([idle]);
  expect(amounts(/A million calls cost about .*/.exec(readme)?.[0] ?? '')).toEqual([prices.restApiMillion]);
  expect(amounts(/## What it costs\n[^]*?\n## /.exec(read('docs/deploying.md'))?.[0] ?? '')).toEqual([prices.secret]);
  const keys = read('docs/keys.md');
  expect(amounts(/Each write costs one write request unit .*/.exec(keys)?.[0] ?? '')).toEqual([
    prices.writeUnitMillion,
  ]);
  expect(amounts(/### What counting costs\n[^]*?\n## /.exec(keys)?.[0] ?? '')).toEqual([2.5]);
  expect(4 * prices.writeUnitMillion).toBe(2.5);
  expect(amounts(/A dashboard, alarms and saved\n[^]*?\n- /.exec(read('CHANGELOG.md'))?.[0] ?? '')).toContain(idle);
});
