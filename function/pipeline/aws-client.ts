import { eventStreamFraming } from '../http/aws-event-stream.ts';
import { converseFailure } from '../translate/converse/failure.ts';
import type { ClientProtocol } from './client-protocol.ts';

/** Clients of Amazon Bedrock's own API. */
export const awsClient: ClientProtocol = { failure: converseFailure, framing: eventStreamFraming, errorName };

function errorName(event: object): string {
  const exception: unknown = Reflect.get(event, 'exception');
  const type: unknown =
    typeof exception === 'object' && exception !== null ? Reflect.get(exception, 'type') : undefined;
  return typeof type === 'string' ? type : 'exception';
}
