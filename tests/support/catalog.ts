import type { Catalog } from '../../function/catalog/catalog.ts';

/** A catalog that names nothing and pays for nobody; Bedrock's own ids work. */
export const plainCatalog: Catalog = {
  models: {},
  allowUnmappedBedrockModels: true,
  callers: [],
  callersMaySet: [],
  chatTemplates: {},
};
