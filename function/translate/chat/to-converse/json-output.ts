import type { OutputConfig } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { defined } from '../../defined.ts';
import { strictSchema } from './json-schema.ts';
import { objectSchema } from './object-schema.ts';
import { invalid, shown } from './refusal.ts';
import type { Work } from './work.ts';

/** How a JSON answer is brought about. */
export type JsonOutput =
  | { readonly kind: 'none' }
  | { readonly kind: 'native'; readonly config: OutputConfig }
  /** The input of a tool is the answer. */
  | { readonly kind: 'tool'; readonly schema: JsonObject; readonly description: string; readonly strict: boolean };

const DESCRIPTION = 'Gives the answer: the input of this tool is the whole answer, as JSON.';

/** What `response_format` asks for, in the best form that the family takes. */
export function jsonOutput({ request, family, ignored, strict: mayBeStrict }: Work): JsonOutput {
  const format = request.response_format ?? undefined;
  if (format === undefined || format.type === 'text') return { kind: 'none' };
  // A native schema is always closed: "any object" is only for a tool.
  if (format.type === 'json_object') return tool({ type: 'object' });
  const { name, description, schema = { type: 'object' } } = format.json_schema;
  const root = objectSchema(schema);
  if (root === undefined) {
    const message = `Invalid schema for response_format '${shown(name)}': schema must be a JSON Schema of 'type: "object"'.`;
    throw invalid('response_format.json_schema.schema', message);
  }
  if (!mayBeStrict && format.json_schema.strict === true) ignored.add('response_format.json_schema.strict');
  const strict = mayBeStrict && (family.nativeJson || family.strictTools) ? strictSchema(root) : undefined;
  if (!family.nativeJson || strict === undefined)
    return tool(strict ?? root, { description, strict: strict !== undefined });
  const jsonSchema = { schema: JSON.stringify(strict), name, ...defined({ description: description || undefined }) };
  return { kind: 'native', config: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
}

function tool(
  schema: JsonObject,
  { description, strict = false }: { description?: string | undefined; strict?: boolean } = {},
): JsonOutput {
  return { kind: 'tool', schema, description: description ? `${DESCRIPTION} ${description}` : DESCRIPTION, strict };
}
