import type { Catalog } from '../catalog/catalog.ts';
import { usualFields } from '../dialects/usual-fields.ts';
import { chatFields, completionsFields, embeddingsFields, responsesFields } from '../dialects/openai-fields.gen.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { withKnownFields } from '../translate/openai/known-fields.ts';

/** What is sent to a server at the stack's cost, and the names of the fields that are not. */
export interface ServerBody<Body> {
  readonly body: Body;
  readonly ignored: readonly string[];
}

/** Made once: most stacks leave the list as it is. */
const usual: ReadonlySet<string> = new Set(usualFields);

const schemaFields = {
  chat: chatFields,
  completions: completionsFields,
  embeddings: embeddingsFields,
  responses: responsesFields,
};

/**
 * A request to an OpenAI-compatible server that the stack pays for, with the fields of OpenAI's schema and those that the config allows:
 * servers read other fields as orders, to load what they name and to run it.
 */
export function serverBody<Body extends object>(
  body: Body,
  dialect: keyof typeof schemaFields,
  { openaiFields }: Pick<Catalog, 'openaiFields'>,
): ServerBody<Body> {
  const { body: kept, leftOut } = withKnownFields(body, {
    known: schemaFields[dialect],
    others: openaiFields ? new Set(openaiFields) : usual,
  });
  return { body: kept, ignored: ignoredNames(leftOut) };
}
