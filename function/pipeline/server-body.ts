import type { Catalog } from '../catalog/catalog.ts';
import { usualFields } from '../dialects/usual-fields.ts';
import { chatFields, completionsFields, embeddingsFields } from '../dialects/openai-fields.gen.ts';
import { ignoredNames } from '../translate/ignored.ts';
import { withKnownFields } from '../translate/openai/known-fields.ts';
import type { Dialect, Translation } from '../translate/translation.ts';

/** What is sent to a server at the stack's cost, and the names of the fields that are not. */
export interface ServerBody<Body> {
  readonly body: Body;
  readonly ignored: readonly string[];
}

/** Made once: most stacks leave the list as it is. */
const usual: ReadonlySet<string> = new Set(usualFields);

const fields = { chat: chatFields, completions: completionsFields, embeddings: embeddingsFields };

/**
 * A request to an OpenAI-compatible server that the stack pays, with the fields of OpenAI's schema and those that the config allows:
 * servers read other fields as orders, to load what they name and to run it.
 */
export function serverBody<Body extends object>(
  body: Body,
  dialect: keyof typeof fields,
  { openaiFields }: Pick<Catalog, 'openaiFields'>,
): ServerBody<Body> {
  const { body: kept, leftOut } = withKnownFields(body, {
    known: fields[dialect],
    others: openaiFields ? new Set(openaiFields) : usual,
  });
  return { body: kept, ignored: ignoredNames(leftOut) };
}

/** A translation whose request goes to such a server. `named` says what a field that is left out is called in the client's dialect. */
export function forServer<Client extends Dialect, Server extends Dialect & { readonly Request: object }, Plan, State>(
  translation: Translation<Client, Server, Plan, State>,
  catalog: Pick<Catalog, 'openaiFields'>,
  named: (field: string) => string = (field) => field,
): typeof translation {
  return {
    ...translation,
    request(exchange) {
      const translated = translation.request(exchange);
      const { body, ignored } = serverBody(translated.request, 'chat', catalog);
      return { ...translated, request: body, ignored: [...new Set([...translated.ignored, ...ignored.map(named)])] };
    },
  };
}
