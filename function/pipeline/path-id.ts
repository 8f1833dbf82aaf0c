import { ApiError } from '../errors.ts';
import type { RequestContext } from '../request-context.ts';

/** What begins with a letter or digit is no way to another path. */
const identifier = /^[A-Za-z0-9][\w.:/-]{0,2047}$/;

/** A label of Bedrock's API, decoded. Throws a 400 for what has not the form of an id or ARN, before it gets into a URL. */
export function pathId({ param }: Pick<RequestContext, 'param'>, name: string): string {
  const value = param(name);
  if (identifier.test(value)) return value;
  throw new ApiError(`The value of ${name} in the path is no id or ARN.`, {
    status: 400,
    code: 'invalid_value',
    param: name,
  });
}
