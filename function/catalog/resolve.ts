import { isOpaque, runtimeId } from '../dialects/model-ids.ts';
import { ApiError } from '../errors.ts';
import type { Catalog, CatalogEntry, BackendFactsByName, Target } from './catalog.ts';
import { anyName, isBedrockModel, isName } from './names.ts';
import { factsOf, parseTarget } from './targets.ts';

/** What a name stands for. */
export interface Resolved {
  /** The target of the name, then its fallbacks. */
  readonly targets: readonly [Target, ...Target[]];
  /** Whether the catalog has the name; else it is Bedrock's own, which no stack pays for. */
  readonly mapped: boolean;
}

/** Finds what a name stands for. Throws an ApiError 404 for a name that is not mapped. */
export function resolve(name: string, catalog: Catalog, backendFacts: BackendFactsByName): Resolved {
  return resolveKey(name, keyFor(name, catalog), { catalog, backendFacts });
}

/** Finds what a name stands for whose key in the catalog is known (`keyFor`). Throws an ApiError 404 for a name that is not mapped. */
export function resolveKey(
  name: string,
  key: string | undefined,
  { catalog, backendFacts }: { readonly catalog: Catalog; readonly backendFacts: BackendFactsByName },
): Resolved {
  const entry = key === undefined ? undefined : catalog.models[key];
  if (entry !== undefined) return { targets: entryTargets(entry, backendFacts), mapped: true };
  if (!isUnmapped(name, catalog)) throw unknownModel(name);
  return { targets: [{ backend: 'bedrock', model: runtimeId(name) }], mapped: false };
}

/**
 * The key of `models` that a name leads to: the name itself, else the longest pattern that takes it. Undefined for unknown
 * names, and for Bedrock's own where they are allowed: no pattern takes those.
 */
export function keyFor(name: string, catalog: Catalog): string | undefined {
  // Own keys only: `constructor` is no model.
  if (Object.hasOwn(catalog.models, name)) return name;
  if (!isName(name) || isUnmapped(name, catalog)) return undefined;
  for (let length = name.length; length >= 0; length -= 1) {
    const pattern = `${name.slice(0, length)}*`;
    if (Object.hasOwn(catalog.models, pattern)) return pattern;
  }
  return undefined;
}

/** Whether a request that names no model is taken. */
export function takesUnnamed({ models }: Catalog): boolean {
  return Object.hasOwn(models, anyName);
}

/** OpenAI's 404 for an unknown model, and what to do about it. The name is repeated only where that is safe. */
export function unknownModel(name: string): ApiError {
  const quoted = isName(name) ? name : '(no valid name)';
  return new ApiError(
    `The model \`${quoted}\` does not exist or you do not have access to it. Names are mapped to models in ` +
      'the config of the stack, under bedrock-gateway:models; GET /v1/models lists those that you can use.',
    { status: 404, code: 'model_not_found', param: 'model' },
  );
}

/** Whether a name that no entry has works because it is Bedrock's own. */
function isUnmapped(name: string, { allowUnmappedBedrockModels }: Catalog): boolean {
  return allowUnmappedBedrockModels && isBedrockModel(name);
}

function entryTargets(entry: CatalogEntry, backendFacts: BackendFactsByName): readonly [Target, ...Target[]] {
  const { target, fallbacks = [] } = entry;
  const detailed = (written: string): Target => withDetails(written, entry, backendFacts);
  return [detailed(target), ...fallbacks.map(detailed)];
}

/** The family is for ids that do not show it, the template for what takes one: other fallbacks keep what their ids say. */
function withDetails(
  written: string,
  { family, chatTemplate, defaultMaxOutput, maxTokensField }: CatalogEntry,
  backendFacts: BackendFactsByName,
): Target {
  const parsed = parseTarget(written);
  if (parsed === undefined) throw new Error('the catalog has a target that was not checked');
  const ofBedrock = factsOf(parsed, backendFacts).paidWith === 'bedrock-key';
  const target = {
    ...parsed,
    ...(ofBedrock && { model: runtimeId(parsed.model) }),
    ...(defaultMaxOutput !== undefined && { defaultMaxOutput }),
    ...(maxTokensField !== undefined && !ofBedrock && { maxTokensField }),
  };
  if (factsOf(target, backendFacts).takesTemplates)
    return chatTemplate === undefined ? target : { ...target, chatTemplate };
  return family !== undefined && isOpaque(target.model) ? { ...target, family } : target;
}
