import type { ConverseRequest } from '../../dialects/converse.gen.ts';

/**
 * A Converse request with those beta flags of its fields for the model that are in `betas`, and whether others were left out. A flag
 * can turn on what costs more or reaches further, so calls that the stack pays only have flags that the catalog lists.
 */
export function withKnownBetas(
  request: ConverseRequest,
  betas: readonly string[] = [],
): { readonly request: ConverseRequest; readonly isChanged: boolean } {
  const { additionalModelRequestFields: modelFields } = request;
  if (
    typeof modelFields !== 'object' ||
    modelFields === null ||
    Array.isArray(modelFields) ||
    modelFields['anthropic_beta'] === undefined
  )
    return { request, isChanged: false };
  const { anthropic_beta: flags, ...fields } = modelFields;
  const kept = Array.isArray(flags) ? flags.filter((flag) => typeof flag === 'string' && betas.includes(flag)) : [];
  if (Array.isArray(flags) && kept.length === flags.length) return { request, isChanged: false };
  const known = kept.length > 0 ? { ...fields, anthropic_beta: kept } : fields;
  return { request: { ...request, additionalModelRequestFields: known }, isChanged: true };
}
