import { readJson, type JsonBody } from '../http/body.ts';
import type { Call } from './endpoint.ts';

/** A request of OpenAI's as it came, and the model that it names. */
export interface NamedBody {
  readonly body: JsonBody;
  readonly name: string;
}

/** Checks no more of a body than its model: what else is needed depends on the target. Without one, the validator says so. */
export async function namedBody(
  { request, invocation }: Call,
  validated: (body: unknown) => { readonly model: string },
): Promise<NamedBody> {
  const body = await readJson(request, { body: invocation.body });
  const { model } = body.value;
  return { body, name: typeof model === 'string' ? model : validated(body.value).model };
}
