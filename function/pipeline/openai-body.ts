import { anyName } from '../catalog/names.ts';
import { takesUnnamed } from '../catalog/resolve.ts';
import { ApiError } from '../errors.ts';
import { readJson, type JsonBody } from '../http/body.ts';
import { renameModel } from '../translate/openai/rename-model.ts';
import type { Call } from '../request-context.ts';

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
 * what else is needed depends on the target. Without a model, a request asks for `*` where the catalog has that pattern; else
 * `validated` throws the 400.
 */
export function namedBody(
  { request, param, services }: Call,
  validated: (body: unknown) => { readonly model: string },
): NamedBody {
  const body = readJson(request);
  const deployment = param('deployment');
  if (deployment !== '') return deployed(body, deployment);
  const { model } = body.value;
  if (typeof model === 'string') return { body, name: model };
  const isUnnamed = model === undefined || model === null;
  if (isUnnamed && takesUnnamed(services.catalog)) return { body: withModel(body, anyName), name: anyName };
  return { body, name: validated(body.value).model };
}

/** A body that names no model, with one: every other byte as it was. */
function withModel({ value, text }: JsonBody, model: string): JsonBody {
  if (value['model'] === null) return { value: { ...value, model }, text: renameModel(text, model) };
  const inside = text.indexOf('{') + 1;
  const separator = Object.keys(value).length > 0 ? ',' : '';
  return {
    value: { ...value, model },
    text: `${text.slice(0, inside)}"model":${JSON.stringify(model)}${separator}${text.slice(inside)}`,
  };
}

/** The body with the deployment's name as its model. Throws a 400 where the body names another. */
function deployed(body: JsonBody, deployment: string): NamedBody {
  const { model } = body.value;
  if (model === deployment) return { body, name: deployment };
  if (Object.hasOwn(body.value, 'model') && model !== null) throw mismatch();
  return { body: withModel(body, deployment), name: deployment };
}

function mismatch(): ApiError {
  return new ApiError(
    "The deployment in the path is the model that is asked for, and 'model' in the body names another: leave it out, or make " +
      'the two equal.',
    { status: 400, code: 'invalid_value', param: 'model' },
  );
}
