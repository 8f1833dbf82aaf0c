import { ApiError } from '../errors.ts';
import type { BackendName, Catalog, CatalogEntry, Target } from './catalog.ts';
import { isBedrockModel, isName, isOpaque } from './names.ts';

/** What a name stands for. */
export interface Resolved {
  /** Its target, then its fallbacks. */
  readonly targets: readonly [Target, ...Target[]];
  /** Whether the catalog has the name; else it is Bedrock's own, which no stack pays for. */
  readonly mapped: boolean;
}

/** What a target's model may look like, by backend. A backend that is not here cannot be named. */
const models: Readonly<Record<BackendName, RegExp>> = {
  // The service model's own limit.
  bedrock: /^[\x21-\x7e]{1,2048}$/,
  'bedrock-openai': /^[\x21-\x7e]{1,2048}$/,
  openai: /^[\x21-\x7e]{1,256}$/,
  // EndpointName of SageMaker's runtime.
  sagemaker: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/,
};

/** Throws a 404 for a name that nobody has mapped. */
export function resolve(name: string, catalog: Catalog): Resolved {
  const entry = configured(name, catalog);
  if (entry !== undefined) return { targets: entryTargets(entry), mapped: true };
  if (!catalog.allowUnmappedBedrockModels || !isBedrockModel(name)) throw unknownModel(name);
  return { targets: [{ backend: 'bedrock', model: name }], mapped: false };
}

/** A configured target taken apart; undefined when it names no backend that there is. */
export function parseTarget(target: string): Target | undefined {
  const colon = target.indexOf(':');
  const [backend, model] = [target.slice(0, colon), target.slice(colon + 1)];
  return isBackend(backend) && models[backend].test(model) ? { backend, model } : undefined;
}

function isBackend(name: string): name is BackendName {
  return Object.hasOwn(models, name);
}

/** Whether the stack itself pays for what some name of the catalog leads to, so that its callers matter. */
export function paysItself({ models: named, callers }: Catalog): boolean {
  if (callers.length > 0) return true;
  return Object.values(named).some(({ target, fallbacks = [] }) => isStackPaid(target) || fallbacks.some(isStackPaid));
}

function isStackPaid(target: string): boolean {
  return /^(?:openai|sagemaker):/.test(target);
}

/** In OpenAI's own words, and what to do about it. What was asked for is repeated only as far as that is safe. */
export function unknownModel(name: string): ApiError {
  const shown = isName(name) ? name : '(no valid name)';
  return new ApiError(
    `The model \`${shown}\` does not exist or you do not have access to it. Names are mapped to models in ` +
      'the config of the stack, under bedrock-gateway:models; GET /v1/models lists those that you can use.',
    { status: 404, code: 'model_not_found', param: 'model' },
  );
}

/** Own members only: `constructor` is no model. */
function configured(name: string, { models: named }: Catalog): CatalogEntry | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

function entryTargets(entry: CatalogEntry): readonly [Target, ...Target[]] {
  const { target, fallbacks = [] } = entry;
  return [withDetails(target, entry), ...fallbacks.map((fallback) => withDetails(fallback, entry))];
}

/** The family is for ids that do not show it, the template for endpoints: other fallbacks keep what their ids say. */
function withDetails(written: string, { family, chatTemplate }: CatalogEntry): Target {
  const target = parseTarget(written);
  if (target === undefined) throw new Error('the catalog has a target that was not checked');
  if (target.backend === 'sagemaker') return chatTemplate === undefined ? target : { ...target, chatTemplate };
  return family !== undefined && isOpaque(target.model) ? { ...target, family } : target;
}
