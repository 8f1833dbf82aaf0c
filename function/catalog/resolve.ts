import { ApiError } from '../errors.ts';
import type { Catalog, CatalogEntry, Target } from './catalog.ts';
import { isBedrockModel, isName, isOpaque } from './names.ts';

const backendPrefix = 'bedrock:';

/** What a name stands for: its target, then its fallbacks. Throws a 404 for a name that nobody has mapped. */
export function targets(name: string, catalog: Catalog): readonly [Target, ...Target[]] {
  const entry = configured(name, catalog);
  if (entry !== undefined) return entryTargets(entry);
  if (catalog.allowUnmappedBedrockModels && isBedrockModel(name)) return [{ backend: 'bedrock', model: name }];
  throw unknownModel(name);
}

/** A configured target taken apart; undefined when it names no backend that there is. */
export function parseTarget(target: string): Target | undefined {
  if (!target.startsWith(backendPrefix)) return undefined;
  const model = target.slice(backendPrefix.length);
  // The service model's own limit.
  return model.length <= 2_048 && /^[\x21-\x7e]+$/.test(model) ? { backend: 'bedrock', model } : undefined;
}

/** In OpenAI's own words, and what to do about it. What was asked for is repeated only as far as that is safe. */
export function unknownModel(name: string): ApiError {
  const shown = isName(name) ? name : '(no valid name)';
  return new ApiError(
    `The model \`${shown}\` does not exist or you do not have access to it. Names are mapped to Amazon Bedrock models in ` +
      'the config of the stack, under bedrock-gateway:models; GET /v1/models lists those that you can use.',
    { status: 404, code: 'model_not_found', param: 'model' },
  );
}

/** Own members only: `constructor` is no model. */
function configured(name: string, { models }: Catalog): CatalogEntry | undefined {
  return Object.hasOwn(models, name) ? models[name] : undefined;
}

function entryTargets({ target, fallbacks = [], family }: CatalogEntry): readonly [Target, ...Target[]] {
  return [withFamily(target, family), ...fallbacks.map((fallback) => withFamily(fallback, family))];
}

/** The family is for ids that do not show it: a fallback of another family, with an id that does, keeps its own. */
function withFamily(written: string, family: string | undefined): Target {
  const target = parseTarget(written);
  if (target === undefined) throw new Error('the catalog has a target that was not checked');
  return family !== undefined && isOpaque(target.model) ? { ...target, family } : target;
}
