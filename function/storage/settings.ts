import { isObject } from '../dialects/json.ts';

/** What the config says of storage: `storage` of catalog.json. */
export interface StorageSettings {
  /** Days after which everything is deleted. */
  readonly retentionDays: number;
  /** Megabytes (of 1,000,000 bytes) that one file may have. */
  readonly maxFileMegabytes: number;
  /** Megabytes that all files of an owner may have together. */
  readonly maxOwnerMegabytes: number;
  /** Files that an owner may have. */
  readonly maxOwnerFiles: number;
  /** Whether callers by Bedrock key have storage, which the stack pays. */
  readonly bedrockKeys: boolean;
  /** Whether the answers of requests are stored that do not say whether they are to be. */
  readonly storeByDefault: boolean;
}

/** Bytes of a megabyte, as the config counts them. */
export const megabyte = 1_000_000;

/** The settings that `catalog.json` holds. Throws where there are others than the config of a stack can set. */
export function storageSettings(value: unknown): StorageSettings {
  const fields = isObject(value) ? value : {};
  const { bedrockKeys, storeByDefault } = fields;
  if (typeof bedrockKeys !== 'boolean') throw malformed('bedrockKeys');
  if (typeof storeByDefault !== 'boolean') throw malformed('storeByDefault');
  return {
    retentionDays: positive(fields, 'retentionDays'),
    maxFileMegabytes: positive(fields, 'maxFileMegabytes'),
    maxOwnerMegabytes: positive(fields, 'maxOwnerMegabytes'),
    maxOwnerFiles: positive(fields, 'maxOwnerFiles'),
    bedrockKeys,
    storeByDefault,
  };
}

function positive(fields: Readonly<Record<string, unknown>>, name: keyof StorageSettings): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw malformed(name);
}

function malformed(name: string): Error {
  return new Error(`storage.${name} of the catalog is not what a config can have: deploy the stack again.`);
}
