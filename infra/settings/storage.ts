import type { StorageSettings } from '../../function/storage/settings.ts';
import type { ConfigValues } from './config-values.ts';
import { kmsKeyArn as keyArn } from './kms-key.ts';
import { removeCommand, setAdvice } from './rule.ts';
import type { Rule } from './rule.ts';
import { InvalidValue, flag, json, mapOf, scalar, together, wholeNumber, within } from './values.ts';
import type { Reader } from './values.ts';

/** How the stack stores files. */
export interface StorageConfig extends StorageSettings {
  /** The KMS key that files are encrypted with; absent: a key of S3's own. */
  readonly kmsKeyArn?: string;
  /** Whether Pulumi refuses to delete the bucket, and AWS to delete one with files. */
  readonly deletionProtection: boolean;
}

const names = [
  'retentionDays',
  'maxFileMegabytes',
  'maxOwnerMegabytes',
  'maxOwnerFiles',
  'bedrockKeys',
  'storeByDefault',
  'kmsKeyArn',
  'deletionProtection',
] as const;

/** Reads the map of storage; an empty one is storage with the defaults. Throws an InvalidValue for any other text. */
export const storage: Reader<StorageConfig> = (value) => {
  return mapOf(json(value), { required: [], optional: names }, readFields);
};

function readFields(values: ReadonlyMap<string, unknown>): StorageConfig {
  /** Reads a field, or gives its default, which is also what the command that fixes it sets. */
  function read<T extends number | boolean>(name: (typeof names)[number], reader: Reader<T>, absent: T): () => T {
    return () => (values.has(name) ? at(name, String(absent), () => reader(scalar(values.get(name)))) : absent);
  }
  return together({
    retentionDays: read('retentionDays', wholeNumber(1, 3_650), 30),
    // OpenAI takes 512 MB as one file; S3 copies objects of up to 5 GB in one call.
    maxFileMegabytes: read('maxFileMegabytes', wholeNumber(1, 5_000), 512),
    maxOwnerMegabytes: read('maxOwnerMegabytes', wholeNumber(1, 10_000_000), 10_240),
    // A list of files is read and sorted whole.
    maxOwnerFiles: read('maxOwnerFiles', wholeNumber(1, 10_000), 1_000),
    bedrockKeys: read('bedrockKeys', flag, false),
    storeByDefault: read('storeByDefault', flag, false),
    deletionProtection: read('deletionProtection', flag, true),
    ...(values.has('kmsKeyArn') && {
      kmsKeyArn: () => at('kmsKeyArn', '<ARN>', () => keyArn(scalar(values.get('kmsKeyArn')))),
    }),
  });
}

/** Rules between storage and other keys of the config. */
export function storageRules({ storage: set, region }: Pick<ConfigValues, 'storage' | 'region'>): Rule[] {
  const { kmsKeyArn, maxFileMegabytes, maxOwnerMegabytes } = set ?? {};
  const keyRegion = kmsKeyArn?.split(':')[3];
  return [
    [
      keyRegion !== undefined && keyRegion !== region,
      `storage has a kmsKeyArn in ${keyRegion}, and the bucket is in ${region}, where S3 takes only keys of its own region. Remove it with: ${removeCommand("--path 'storage.kmsKeyArn'")}`,
    ],
    [
      maxFileMegabytes !== undefined && maxOwnerMegabytes !== undefined && maxFileMegabytes > maxOwnerMegabytes,
      `storage lets one file have ${maxFileMegabytes} MB, and all files of an owner ${maxOwnerMegabytes} MB (maxOwnerMegabytes). ${setAdvice(`--path storage.maxOwnerMegabytes ${maxFileMegabytes}`)}`,
    ],
  ];
}

/** Reads a field of the map. The command that fixes it sets that field alone. */
function at<T>(name: string, example: string, read: () => T): T {
  return within(
    read,
    ({ message }) =>
      new InvalidValue(`has a value at ${name} that ${message}`, { example: `--path storage.${name} ${example}` }),
  );
}
