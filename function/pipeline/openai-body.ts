import { anyName } from '../catalog/names.ts';
import { takesUnnamed } from '../catalog/resolve.ts';
import { ApiError } from '../errors.ts';
import { readJson, type JsonBody } from '../http/body.ts';
import type { RequestContext } from '../request-context.ts';
import { renameModel } from '../translate/openai/rename-model.ts';
import { typeName } from '../validate/violation.ts';
import type { NamedBody } from './route.ts';

/**
 * How the bodies of one of OpenAI's operations are read: as JSON, and no further than to the model that the body names, or that the
 * deployment in the path names; what else is needed depends on the target. Without a model, a request asks for `*` where the catalog
 * has that pattern; else `validate` throws the 400.
 */
export function openAiBody(
  validate: (body: unknown) => { readonly model: string },
): (context: RequestContext) => NamedBody<JsonBody> {
  return ({ request, param, services }) => {
    const body = readJson(request);
    const deployment = param('deployment');
    if (deployment !== '') return deployed(body, deployment);
    const { model } = body.value;
    if (typeof model === 'string') return { body, name: model };
    const isUnnamed = model === undefined || model === null;
    if (isUnnamed && takesUnnamed(services.catalog)) return { body: withModel(body, anyName), name: anyName };
    return { body, name: validate(body.value).model };
  };
}

/**
 * Whether a body in one of OpenAI's dialects asks for a stream. Throws the ApiError 400 for what is neither true nor false: servers
 * exist that take `1` or `"true"` for true, and where the body passes through they would stream what nobody here reads as a stream.
 */
export function asksStream({ value: { stream } }: JsonBody): boolean {
  if (typeof stream === 'boolean') return stream;
  if (stream === undefined || stream === null) return false;
  throw new ApiError(`Invalid type for 'stream': expected a boolean, but got ${typeName(stream)} instead.`, {
    status: 400,
    code: 'invalid_type',
    param: 'stream',
  });
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

/** The body with the deployment's name as its model. Throws an ApiError 400 where the body names another. */
function deployed(body: JsonBody, deployment: string): NamedBody<JsonBody> {
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
