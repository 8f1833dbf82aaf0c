import type { LookupAddress } from 'node:dns';
import { publicLookup } from '../../function/http/public-lookup.ts';

/** What a connection is told when a name resolves to some addresses. */
function found(addresses: readonly string[], all: boolean): Promise<unknown> {
  const find = async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return new Promise((resolve) =>
    publicLookup(find)('login.example.com', { all }, (error, address, family) =>
      resolve(error ? error.message : [address, family]),
    ),
  );
}

test.each([
  [
    ['8.8.8.8', '2600::1'],
    ['8.8.8.8', 4],
  ],
  [
    ['10.0.0.1', '2600::1'],
    ['2600::1', 6],
  ],
  [['10.0.0.1'], 'no public address'],
  [['127.0.0.1', '::1', '169.254.169.254', 'fd00:ec2::254', '::ffff:10.0.0.1'], 'no public address'],
  [[], 'no public address'],
])('of %j, a connection goes to %j', async (addresses, told) => {
  expect(await found(addresses, false)).toEqual(told);
});

test('all public addresses are told to a connection that tries several', async () => {
  expect(await found(['8.8.8.8', '192.168.0.1', '2600::1'], true)).toEqual([
    [
      { address: '8.8.8.8', family: 4 },
      { address: '2600::1', family: 6 },
    ],
    undefined,
  ]);
});

test('a name that does not resolve is an error of the connection', async () => {
  const error = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  const told = new Promise((resolve) =>
    publicLookup(() => Promise.reject(error))('login.example.com', {}, (failure) => resolve(failure)),
  );
  expect(await told).toBe(error);
});
