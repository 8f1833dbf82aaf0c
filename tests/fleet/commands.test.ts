import { runFleet } from '../../fleet/commands.ts';
import type { FakeStack } from './fake-stacks.ts';
import { FakeStacks, creation, customer, session, table } from './fake-stacks.ts';

const names = Array.from({ length: 50 }, (_, index) => `customer-${String(index + 1).padStart(2, '0')}`);
const broken = new Set(['customer-07', 'customer-23', 'customer-50']);

function fleetOfFifty(): FakeStacks {
  return new FakeStacks((name) => ({
    steps: { preview: [creation], up: [creation] },
    ...(broken.has(name) && { errors: { up: 'creating Lambda Function: ServiceException: try later' } }),
  }));
}

describe('up for fifty customers of which three fail', () => {
  const accountOf = (index: number) => `10000000000${index % 10}`;
  const customers = names.map((name, index) => customer(name, { account: accountOf(index) }));

  test('completes the other 47, and table, errors and exit code tell of the three', async () => {
    const stacks = fleetOfFifty();
    const run = session({ customers, stacks, options: { parallel: 8 } });
    expect(await runFleet(run)).toBe(1);
    expect(stacks.done.toSorted()).toEqual(names.map((name) => `${name} up`));
    expect(stacks.mostWorking).toBe(8);
    const [output = ''] = run.printed;
    const lines = output.split('\n');
    expect(lines[0]).toBe('customer     result    changes   time');
    expect(lines[1]).toBe('customer-01  deployed  1 create  0 s');
    expect(lines[7]).toBe('customer-07  FAILED              0 s');
    expect(lines.slice(1, 51).filter((line) => line.includes('deployed'))).toHaveLength(47);
    expect(lines.slice(51).join('\n')).toBe(`
customer-07:
  creating Lambda Function: ServiceException: try later

customer-23:
  creating Lambda Function: ServiceException: try later

customer-50:
  creating Lambda Function: ServiceException: try later

47 of 50 customers succeeded.
To continue with the others: npm run fleet -- up --yes --only customer-07,customer-23,customer-50
`);
  });

  test('shows a line when a customer starts and when it ends', async () => {
    const run = session({ customers, stacks: fleetOfFifty() });
    await runFleet(run);
    expect(run.shown).toHaveLength(100);
    expect(run.shown).toContain('customer-01  up\n');
    expect(run.shown).toContain('customer-01  deployed\n');
    expect(run.shown).toContain('customer-07  FAILED\n');
  });

  test('works on two customers of one account at the same time, however many may run', async () => {
    const stacks = fleetOfFifty();
    const inOneAccount = names.map((name) => customer(name));
    await runFleet(session({ customers: inOneAccount, stacks, options: { parallel: 50 } }));
    expect(stacks.mostWorking).toBe(2);
  });
});

describe('up without --yes', () => {
  const stacks = () =>
    new FakeStacks((name) => {
      const steps = name === 'south' ? {} : { preview: [creation], up: [creation] };
      return { steps, ...(name === 'west' && { errors: { preview: 'memory must be a number' } }) };
    });
  const customers = ['north', 'south', 'west'].map((name) => customer(name));

  test('shows what would change, and applies it after a yes, without those that fail or do not change', async () => {
    const all = stacks();
    const asked: string[] = [];
    const confirm = (question: string) => {
      asked.push(question);
      return Promise.resolve(true);
    };
    const run = session({ customers, stacks: all, options: { yes: false }, confirm });
    expect(await runFleet(run)).toBe(1);
    expect(all.restored).toBe(3);
    expect(asked).toEqual(['up 1 of 3 customers as shown?']);
    expect(all.done).toEqual(['north preview', 'south preview', 'west preview', 'north up']);
    expect(run.printed[0]).toContain('north     would change  1 create    0 s');
    expect(run.printed[1]).toContain('north     deployed   1 create    0 s');
    expect(run.printed[1]).toContain('south     unchanged  no changes  0 s');
    expect(run.printed[1]).toContain('2 of 3 customers succeeded.');
  });

  test('applies nothing after a no', async () => {
    const all = stacks();
    const run = session({ customers, stacks: all, options: { yes: false }, confirm: () => Promise.resolve(false) });
    expect(await runFleet(run)).toBe(1);
    expect(all.done).toEqual(['north preview', 'south preview', 'west preview']);
    expect(run.printed[1]).toContain('north     NOT STARTED');
  });

  test('asks nothing if nothing would change', async () => {
    const run = session({ customers: [customer('south')], stacks: stacks(), options: { yes: false } });
    expect(await runFleet(run)).toBe(0);
    expect(run.printed[0]).toContain('1 of 1 customers succeeded.');
  });
});

test('an operator who stops the command starts nothing more, and is told how to continue', async () => {
  const stopping = new AbortController();
  const stacks = new FakeStacks((name) => {
    if (name === 'north') stopping.abort();
    return { steps: { up: [creation] } };
  });
  const customers = ['north', 'south'].map((name) => customer(name));
  const run = session({ customers, stacks, options: { parallel: 1 }, signal: stopping.signal });
  expect(await runFleet(run)).toBe(1);
  expect(stacks.done).toEqual(['north up']);
  expect(run.printed[0]).toContain('To continue with the others: npm run fleet -- up --yes --only south');
});

describe('destroy', () => {
  const withData: FakeStack = { resources: [table], steps: { destroy: [{ ...creation, op: 'delete' }] } };
  const options = { command: 'destroy' } as const;

  test('refuses a stack that keeps data, and names it', async () => {
    const stacks = new FakeStacks(() => withData);
    const run = session({ customers: [customer('north')], stacks, options });
    expect(await runFleet(run)).toBe(1);
    expect(stacks.done).toEqual([]);
    expect(run.printed[0]).toContain(
      'it keeps data: bedrock-gateway-keys. Add --delete-data to delete it with all keys and files',
    );
  });

  test('turns the protection of the data off before it deletes it, with --delete-data', async () => {
    const stacks = new FakeStacks(() => withData);
    const storing = customer('north', { settings: { gatewayKeys: true, storage: { retentionDays: 7 } } });
    const run = session({ customers: [storing], stacks, options: { ...options, deleteData: true } });
    expect(await runFleet(run)).toBe(0);
    expect(stacks.done).toEqual([`north up ${table.urn}`, 'north destroy']);
    expect(stacks.configured).toEqual([
      { deletionProtection: false, storage: { retentionDays: 7, deletionProtection: false } },
    ]);
  });

  test('has nothing to do for a customer without a stack', async () => {
    const stacks = new FakeStacks(() => undefined);
    const run = session({ customers: [customer('north')], stacks, options });
    expect(await runFleet(run)).toBe(0);
    expect(run.printed[0]).toContain('north     no stack');
  });
});

describe('outputs', () => {
  const stacks = new FakeStacks((name) => ({
    outputs: { baseUrl: `https://${name}.example.com/v1`, adminKey: '[secret]' },
  }));
  const customers = ['north', 'south'].map((name) => customer(name));

  test('are printed as lines', async () => {
    const run = session({ customers, stacks, options: { command: 'outputs' } });
    expect(await runFleet(run)).toBe(0);
    expect(run.printed).toEqual([
      'north baseUrl https://north.example.com/v1\nnorth adminKey [secret]\nsouth baseUrl https://south.example.com/v1\nsouth adminKey [secret]\n',
    ]);
  });

  test('are printed as JSON', async () => {
    const run = session({ customers, stacks, options: { command: 'outputs', json: true } });
    await runFleet(run);
    expect(JSON.parse(run.printed[0] ?? '')).toEqual({
      north: { baseUrl: 'https://north.example.com/v1', adminKey: '[secret]' },
      south: { baseUrl: 'https://south.example.com/v1', adminKey: '[secret]' },
    });
  });
});

describe('drift', () => {
  const gone = {
    op: 'delete',
    type: 'aws:cloudwatch/metricAlarm:MetricAlarm',
    name: 'bedrock-gateway-alarms-errors',
    properties: [],
  };
  const changed = { ...creation, op: 'update', properties: ['memorySize', 'timeout'] };
  const options = { command: 'drift' } as const;

  test('tells what differs, changes nothing, and has an exit code of its own', async () => {
    const stacks = new FakeStacks((name) => ({
      steps: { 'preview-refresh': name === 'north' ? [gone, changed] : [] },
    }));
    const run = session({ customers: ['north', 'south'].map((name) => customer(name)), stacks, options });
    expect(await runFleet(run)).toBe(3);
    expect(stacks.done).toEqual(['north preview-refresh', 'south preview-refresh']);
    expect(run.printed[0]).toBe(`customer  result       changes             time
north     drifted      1 update, 1 delete  0 s
south     as deployed  no changes          0 s

north:
  MetricAlarm bedrock-gateway-alarms-errors is gone
  Function bedrock-gateway-streaming differs in memorySize, timeout

2 of 2 customers succeeded.
`);
  });

  test('is a failure where a customer fails, whatever others differ in', async () => {
    const stacks = new FakeStacks((name) =>
      name === 'north' ? { errors: { 'preview-refresh': 'ExpiredToken' } } : { steps: { 'preview-refresh': [gone] } },
    );
    const run = session({ customers: ['north', 'south'].map((name) => customer(name)), stacks, options });
    expect(await runFleet(run)).toBe(1);
  });
});

describe('bootstrap', () => {
  const customers = [
    customer('north', { role: 'arn:aws:iam::123456789012:role/deploy' }),
    customer('south'),
    customer('west', { region: 'eu-west-1' }),
    customer('east', { account: undefined }),
  ];

  test('works once on each account and region, as the first customer there is reached', async () => {
    const placeStacks = new FakeStacks(() => ({ steps: { up: [creation] } }));
    const stacks = new FakeStacks(() => ({}));
    const run = session({ customers, stacks, placeStacks, options: { command: 'bootstrap' } });
    expect(await runFleet(run)).toBe(0);
    expect(placeStacks.done).toEqual([
      '123456789012-us-east-1 up',
      '123456789012-eu-west-1 up',
      'account-us-east-1 up',
    ]);
    expect(placeStacks.opened[0]?.role).toBe('arn:aws:iam::123456789012:role/deploy');
    expect(stacks.done).toEqual([]);
  });

  test('asks first without --yes', async () => {
    const placeStacks = new FakeStacks(() => ({ steps: { preview: [creation], up: [creation] } }));
    const confirm = () => Promise.resolve(false);
    const options = { command: 'bootstrap', yes: false } as const;
    const run = session({ customers: [customer('north')], stacks: placeStacks, placeStacks, options, confirm });
    expect(await runFleet(run)).toBe(1);
    expect(placeStacks.done).toEqual(['123456789012-us-east-1 preview']);
  });
});

test('refresh shows what it would take over, asks, and takes it over', async () => {
  const stacks = new FakeStacks(() => ({ steps: { 'preview-refresh': [creation], refresh: [creation] } }));
  const options = { command: 'refresh', yes: false } as const;
  const run = session({ customers: [customer('north')], stacks, options, confirm: () => Promise.resolve(true) });
  expect(await runFleet(run)).toBe(0);
  expect(stacks.done).toEqual(['north preview-refresh', 'north refresh']);
});
