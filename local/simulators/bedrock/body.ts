import type { IncomingMessage } from 'node:http';
import { asObject, parsed } from '../../json.ts';
import { readBody, textOf } from '../common/server.ts';
import { BedrockError, invalid } from './bedrock-error.ts';

// The limit of a runtime request's body.
const maxBodyBytes = 25_000_000;

/** The whole body of a request. Rejects with RequestEntityTooLargeException (413) over the limit. */
export async function readBytes(incoming: IncomingMessage): Promise<Buffer> {
  return await readBody(incoming, { bytes: maxBodyBytes, refuse: tooLarge });
}

function tooLarge(): BedrockError {
  return new BedrockError('RequestEntityTooLargeException', 'The request body is too large.');
}

/** The body of a request as a JSON object; none at all is an empty one. Throws a BedrockError. */
export function readJson(bytes: Buffer): Readonly<Record<string, unknown>> {
  const body = asObject(bytes.length === 0 ? {} : parsed(textOf(bytes) ?? ''));
  if (body === undefined) throw invalid('Malformed input request, please reformat your input and try again.');
  return body;
}
