import { namedSse } from '../http/named-sse.ts';
import { isObject } from '../dialects/json.ts';
import { responsesFailure } from '../translate/responses/from-converse/failure.ts';
import type { ClientProtocol } from './client-protocol.ts';

/** Clients of OpenAI's Responses API: their streams have named events, and fail by an event of the response. */
export const responsesClient: ClientProtocol = { failure: responsesFailure, framing: namedSse, errorName };

function errorName(event: object): string {
  const response: unknown = Reflect.get(event, 'response');
  const error: unknown = isObject(response) ? response['error'] : event;
  const code: unknown = isObject(error) ? error['code'] : undefined;
  return typeof code === 'string' ? code : 'error';
}
