/** One name that callers may ask for. */
export interface CatalogEntry {
  /** `<backend>:<model>`, such as `bedrock:us.amazon.nova-pro-v1:0`; the model may be an ARN. */
  readonly target: string;
  /** Tried in order when the target fails in a way that is safe to try again. */
  readonly fallbacks?: readonly string[];
  /** Names the family of a model whose id does not show it, such as an application inference profile's ARN: a model id of that family. */
  readonly family?: string;
}

/** What `catalog.json` holds, beside the bundle in the function's code archive. */
export interface Catalog {
  readonly models: Readonly<Record<string, CatalogEntry>>;
  /** Whether any Bedrock id or ARN also works under its own name. */
  readonly allowUnmappedBedrockModels: boolean;
}

/** A target taken apart. */
export interface Target {
  readonly backend: 'bedrock';
  readonly model: string;
  /** As in CatalogEntry. */
  readonly family?: string;
}
