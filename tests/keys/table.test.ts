import { itemOf, type Place } from '../../function/keys/items.ts';
import { createTable, type KeyTable, type Range } from '../../function/keys/table.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { keyServices, storeOptions, tableName, type Faults, type KeyServices } from './simulators.ts';

const faults: Faults = {};
let services: KeyServices;
beforeAll(async () => {
  services = await keyServices(faults);
});
afterEach(async () => {
  delete faults.dynamodb;
  delete faults.mostKeys;
  await closeLoopbacks();
});
afterAll(() => services.close());

function table(role: 'manager' | 'nobody' = 'manager') {
  const options = storeOptions(services.dynamodb, services.credentials(role));
  return { ...options, table: createTable({ ...options, table: tableName }) };
}

/** A table whose server answers as the test says. */
async function answered(...answers: readonly (readonly [status: number, body: object])[]) {
  const server = await loopback((response, _request, count) => {
    const [status, body] = answers[Math.min(count, answers.length) - 1] ?? [500, {}];
    json(response, status, body);
  });
  const options = storeOptions(server.url, services.credentials());
  return { ...options, server, table: createTable({ ...options, table: tableName }) };
}

const place = (pk: string, sk: string): Place => ({ pk, sk });
const record = (version: number, more: object = {}) => ({ version, state: 'active', ...more });
const put = (at: Place, over: 'nothing' | { version: number } = 'nothing', version = 1) => ({
  put: itemOf(at, record(version)),
  over,
});

const unavailable = { status: 503, code: 'key_store_unavailable', headers: { 'retry-after': '1' } };

describe('reads', () => {
  test('items in the order in which they are asked for, and nothing where there is none', async () => {
    const { table: keys } = table();
    const [a, b, c] = ['a', 'b', 'c'].map((sk) => place('read', sk));
    await keys.write([put(a!), put(c!)]);
    expect(await keys.read([c!, b!, a!])).toEqual([itemOf(c!, record(1)), undefined, itemOf(a!, record(1))]);
    expect(await keys.read([])).toEqual([]);
  });

  test('ask again for what was left unprocessed, after a longer wait each time', async () => {
    const { table: keys, waits } = table();
    const places = ['a', 'b', 'c', 'd'].map((sk) => place('parts', sk));
    await keys.write(places.map((each) => put(each)));
    faults.mostKeys = 1;
    expect(await keys.read(places)).toEqual(places.map((each) => itemOf(each, record(1))));
    expect(waits).toEqual([50, 100, 200]);
  });

  test('end with a 503 where keys stay unprocessed', async () => {
    const { table: keys, waits, lines } = table();
    faults.mostKeys = 0;
    await expect(keys.read([place('read', 'a')])).rejects.toMatchObject(unavailable);
    expect(waits).toEqual([50, 100, 200, 400]);
    expect(lines).toEqual([{ problem: 'UnprocessedKeys', operation: 'BatchGetItem' }]);
  });

  test('of more than 100 items are several', async () => {
    const { table: keys } = table();
    const places = Array.from({ length: 150 }, (_, at) => place('many', String(at)));
    await keys.write([put(places[0]!), put(places[149]!)]);
    const found = await keys.read(places);
    expect(found.map((item) => item !== undefined).lastIndexOf(true)).toBe(149);
    expect(found.filter((item) => item !== undefined)).toHaveLength(2);
  });

  test('see the last write', async () => {
    const { table: keys, server } = await answered([200, { Responses: { [tableName]: [] }, UnprocessedKeys: {} }]);
    await keys.read([place('a', 'b')]);
    expect(JSON.parse(server.arrived[0]?.body ?? '')).toEqual({
      RequestItems: { [tableName]: { Keys: [{ pk: { S: 'a' }, sk: { S: 'b' } }], ConsistentRead: true } },
    });
  });
});

describe('writes', () => {
  test('of a new item are refused where there is one', async () => {
    const { table: keys } = table();
    const [a, b] = [place('new', 'a'), place('new', 'b')];
    expect(await keys.write([put(a)])).toEqual({ outcome: 'written' });
    expect(await keys.write([put(b), put(a)])).toEqual({ outcome: 'refused', failed: [1] });
    expect(await keys.read([b])).toEqual([undefined]);
  });

  test('of the next version are refused over any other than the one before', async () => {
    const { table: keys } = table();
    const at = place('version', 'a');
    expect(await keys.write([put(at, { version: 1 }, 2)])).toEqual({ outcome: 'refused', failed: [0] });
    await keys.write([put(at)]);
    expect(await keys.write([put(at, { version: 1 }, 2)])).toEqual({ outcome: 'written' });
    expect(await keys.write([put(at, { version: 1 }, 2)])).toEqual({ outcome: 'refused', failed: [0] });
    expect(await keys.read([at])).toEqual([itemOf(at, record(2))]);
  });

  test('are refused where another item is missing or in another state', async () => {
    const { table: keys } = table();
    const at = place('check', 'a');
    const checked = (state: string) => keys.write([{ check: at, state }, put(place('check', state))]);
    expect(await checked('active')).toEqual({ outcome: 'refused', failed: [0] });
    await keys.write([put(at)]);
    expect(await checked('archived')).toEqual({ outcome: 'refused', failed: [0] });
    expect(await checked('active')).toEqual({ outcome: 'written' });
  });

  test('are done once, also where the answer to the first try is lost', async () => {
    const { table: keys } = table();
    let calls = 0;
    faults.dynamodb = () => {
      calls += 1;
      return calls === 1 ? { breaks: 'after' } : undefined;
    };
    expect(await keys.write([put(place('lost', 'a'))])).toEqual({ outcome: 'written' });
    expect(calls).toBe(2);
  });

  const cancelled = (...codes: string[]) =>
    [
      400,
      {
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        Message: 'Transaction cancelled',
        CancellationReasons: codes.map((Code) => ({ Code })),
      },
    ] as const;

  test.each([
    [['TransactionConflict', 'None'], { outcome: 'contended' }],
    [['TransactionConflict', 'ConditionalCheckFailed'], { outcome: 'refused', failed: [1] }],
    [['ConditionalCheckFailed', 'None', 'ConditionalCheckFailed'], { outcome: 'refused', failed: [0, 2] }],
  ])('cancelled for %j are told apart', async (codes, expected) => {
    const { table: keys, server } = await answered(cancelled(...codes));
    expect(await keys.write([put(place('a', 'b'))])).toEqual(expected);
    expect(server.arrived).toHaveLength(1);
  });

  test.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'are tried again where %s stopped one of their items',
    async (code) => {
      const { table: keys, waits } = await answered(cancelled('None', code), [200, {}]);
      expect(await keys.write([put(place('a', 'b'))])).toEqual({ outcome: 'written' });
      expect(waits).toEqual([50]);
    },
  );

  test('end with a 503 where they are throttled every time', async () => {
    const { table: keys, server, waits, lines } = await answered(cancelled('ThrottlingError'));
    await expect(keys.write([put(place('a', 'b'))])).rejects.toMatchObject(unavailable);
    expect(lines).toEqual([{ problem: 'TransactionThrottled', operation: 'TransactWriteItems' }]);
    expect([server.arrived.length, waits]).toEqual([5, [50, 100, 200, 400]]);
  });

  test('end with a 503 for what no other try can cure', async () => {
    const { table: keys, server, lines } = await answered(cancelled('ValidationError'));
    await expect(keys.write([put(place('a', 'b'))])).rejects.toMatchObject(unavailable);
    expect(server.arrived).toHaveLength(1);
    expect(lines).toEqual([{ problem: 'TransactionCanceledException', operation: 'TransactWriteItems' }]);
  });
});

describe('queries', () => {
  const names = ['key#a', 'key#b', 'key#c', 'other#a'];
  async function all(keys: KeyTable, range: Omit<Range, 'limit'>, limit: number): Promise<string[]> {
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await keys.query({ ...range, limit, after });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items.map(({ sk }) => sk?.S ?? ''));
      ({ after } = page);
    } while (after !== undefined);
    return found;
  }

  test('page through a part of a partition in both orders', async () => {
    const { table: keys } = table();
    await keys.write(names.map((sk) => put(place('query', sk))));
    const range = { pk: 'query', prefix: 'key#' } as const;
    for (const limit of [1, 2, 3, 100]) {
      expect(await all(keys, { ...range, order: 'asc' }, limit)).toEqual(['key#a', 'key#b', 'key#c']);
      expect(await all(keys, { ...range, order: 'desc' }, limit)).toEqual(['key#c', 'key#b', 'key#a']);
    }
    expect(await all(keys, { pk: 'query', prefix: '', order: 'desc' }, 2)).toEqual(names.toReversed());
    expect(await all(keys, { pk: 'nothing', prefix: '', order: 'asc' }, 2)).toEqual([]);
  });

  test('begin behind a sort key', async () => {
    const { table: keys } = table();
    const { items } = await keys.query({ pk: 'query', prefix: 'key#', order: 'asc', limit: 9, after: 'key#a' });
    expect(items.map(({ sk }) => sk?.S)).toEqual(['key#b', 'key#c']);
  });
});

describe('a store that fails', () => {
  const calls: [string, (keys: KeyTable) => Promise<unknown>][] = [
    ['BatchGetItem', (keys) => keys.read([place('a', 'b')])],
    ['Query', (keys) => keys.query({ pk: 'a', prefix: '', order: 'asc', limit: 1 })],
    ['TransactWriteItems', (keys) => keys.write([put(place('a', 'b'))])],
  ];

  test.each(calls)('is a 503 for %s, and is named in the log without anything else', async (operation, call) => {
    const { table: keys, lines } = table('nobody');
    const error: Error = await call(keys).then(
      () => new Error('it was answered'),
      (refusal: Error) => refusal,
    );
    expect(error).toMatchObject(unavailable);
    expect(error.message).not.toMatch(/arn:|123456789012/);
    expect(lines).toEqual([{ problem: 'AccessDeniedException', operation }]);
  });

  test('is a 503 where nobody listens', async () => {
    const options = storeOptions('http://127.0.0.1:9', services.credentials());
    const keys = createTable({ ...options, table: tableName });
    await expect(keys.read([place('a', 'b')])).rejects.toMatchObject(unavailable);
  });

  test('is tried three times', async () => {
    const { table: keys, server } = await answered([500, { __type: 'InternalServerError' }]);
    await expect(keys.read([place('a', 'b')])).rejects.toMatchObject(unavailable);
    expect(server.arrived).toHaveLength(3);
  });
});
