import { sse } from '../http/sse.ts';
import { openAiFailure } from '../translate/openai/failure.ts';
import type { ClientProtocol } from './client-protocol.ts';

/** Clients of OpenAI's API. */
export const openAiClient: ClientProtocol = { failure: openAiFailure, framing: sse, errorName };

function errorName(event: object): string {
  const error: unknown = Reflect.get(event, 'error');
  if (typeof error !== 'object' || error === null) return 'error';
  const name: unknown = Reflect.get(error, 'code') ?? Reflect.get(error, 'type');
  return typeof name === 'string' ? name : 'error';
}
