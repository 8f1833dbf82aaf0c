/** RequestMetadata of the service model: so many pairs, and values of so many characters. */
export const maxLabels = 16;
const maxLabelLength = 256;

/** The label by which the stack tells its callers apart, of every call that it pays. */
export const stackLabel = 'gateway-caller';

/** OpenAI's fields that say who uses an application → the labels by which Bedrock's records have them. */
export const userLabels = { user: 'openai-user', safety_identifier: 'openai-safety-identifier' } as const;

/** An id of any text as Bedrock's records can hold it: other characters become `_`. Nothing of an empty one. */
export function label(id: unknown): string | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  // One character may be two units of a string, and no more of them are kept than fit.
  return id
    .slice(0, 2 * maxLabelLength)
    .replaceAll(/[^a-zA-Z0-9 :_@$#=/+,.-]/gu, '_')
    .slice(0, maxLabelLength);
}
