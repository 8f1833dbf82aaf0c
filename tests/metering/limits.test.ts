import { stackLimits } from '../../function/metering/limits.ts';

test('the limits of a catalog are read, and are closed by default', () => {
  const perKey = { requestsPerMinute: 60, tokensPerMinute: 1_000, requestsPerDay: 0 };
  expect(stackLimits(undefined)).toEqual({ whenUnavailable: 'closed' });
  expect(stackLimits({ perKey, perJwtCaller: {}, whenUnavailable: 'open' })).toEqual({
    perKey,
    perJwtCaller: {},
    whenUnavailable: 'open',
  });
});

test.each([
  ['perKey', 'perKey', 60],
  ['perJwtCaller', 'perJwtCaller.requestsPerDay', { requestsPerDay: '5' }],
  ['perKey', 'perKey.tokensPerMinute', { tokensPerMinute: -1 }],
  ['whenUnavailable', 'whenUnavailable', 'ignore'],
])('a catalog that no config makes is refused: %s', (name, place, value) => {
  expect(() => stackLimits({ [name]: value })).toThrow(`limits.${place} of the catalog is not what a config can have`);
});
