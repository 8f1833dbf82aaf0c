import { ApiError } from '../errors.ts';
import { readJson, type JsonBody } from '../http/body.ts';
import type { Call } from './endpoint.ts';

/** A request of OpenAI's as it came, and the model that it names. */
export interface NamedBody {
  readonly body: JsonBody;
  readonly name: string;
}

/** The path of an operation under Azure's scheme, where the deployment in the path is the model. */
export function deploymentPath(operation: string): string {
  return `/openai/deployments/:deployment{.+}/${operation}`;
}

/**
 * Reads a body and the model that it names, or that the deployment in the path names. Checks no more of the body than that:
 * what else is needed depends on the target. Without a model, `validated` throws the 400.
 */
export async function namedBody(
  { request, invocation, param }: Call,
  validated: (body: unknown) => { readonly model: string },
): Promise<NamedBody> {
  const body = await readJson(request, { body: invocation.body });
  const deployment = param('deployment');
  if (deployment !== '') return deployed(body, deployment);
  const { model } = body.value;
  return { body, name: typeof model === 'string' ? model : validated(body.value).model };
}

/** The body with the deployment's name as its model. Throws a 400 where the body names another. */
function deployed(body: JsonBody, deployment: string): NamedBody {
  const { model } = body.value;
  if (model === deployment) return { body, name: deployment };
  if (Object.hasOwn(body.value, 'model') && model !== null) throw mismatch();
  const { model: _null, ...others } = body.value;
  const value = { ...others, model: deployment };
  return { body: { value, text: JSON.stringify(value) }, name: deployment };
}

function mismatch(): ApiError {
  return new ApiError(
    "The deployment in the path is the model that is asked for, and 'model' in the body names another: leave it out, or make " +
      'the two equal.',
    { status: 400, code: 'invalid_value', param: 'model' },
  );
}
