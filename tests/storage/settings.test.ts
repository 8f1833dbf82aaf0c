import { storageSettings } from '../../function/storage/settings.ts';

const settings = {
  retentionDays: 30,
  maxFileMegabytes: 512,
  maxOwnerMegabytes: 10_240,
  maxOwnerFiles: 1_000,
  bedrockKeys: false,
  storeByDefault: false,
};

test('what the config of a stack can have is taken as it is', () => {
  expect(storageSettings(settings)).toEqual(settings);
});

test.each<[string, unknown]>([
  ['bedrockKeys', undefined],
  ['bedrockKeys', { ...settings, bedrockKeys: 'true' }],
  ['storeByDefault', { ...settings, storeByDefault: undefined }],
  ['retentionDays', { ...settings, retentionDays: 0 }],
  ['maxOwnerFiles', { ...settings, maxOwnerFiles: 1.5 }],
])('another %s stops the function', (name, value) => {
  expect(() => storageSettings(value)).toThrow(`storage.${name} of the catalog is not what a config can have`);
});
