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
}
