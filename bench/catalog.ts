import type { Catalog } from '../function/catalog/catalog.ts';

/** Any Bedrock model works under its own name, as in a stack that configures none. */
export const plainCatalog: Catalog = {
  models: {},
  allowUnmappedBedrockModels: true,
  callers: [],
  callersMaySet: [],
  chatTemplates: {},
};
