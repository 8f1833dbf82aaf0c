import type { IncomingMessage } from 'node:http';
import { BedrockError, invalid } from './bedrock-error.ts';
import { asObject } from '../answer/json.ts';

// The limit of a runtime request's body.
const MAX_BODY_BYTES = 25_000_000;

/** The body of a request as a JSON object; none at all is an empty one. */
export async function readJson(incoming: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readAll(incoming);
  const body = asObject(bytes.length === 0 ? {} : parsed(bytes));
  if (body === undefined) throw invalid('Malformed input request, please reformat your input and try again.');
  return body;
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY_BYTES)
      throw new BedrockError('RequestEntityTooLargeException', 'The request body is too large.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
