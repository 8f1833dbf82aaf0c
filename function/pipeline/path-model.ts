import { readBytes } from '../http/body.ts';
import type { RequestContext } from '../request-context.ts';
import type { NamedBody } from './route.ts';

/** Reads an operation of Bedrock's runtime: the model is in the path, and the body is bytes that are read only where they must be. */
export function pathModelBody({ request, param }: RequestContext): NamedBody<string | Uint8Array> {
  return { name: param('model'), body: readBytes(request) };
}
