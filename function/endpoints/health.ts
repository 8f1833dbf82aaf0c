import { json } from '../http/json.ts';
import type { HttpResponse } from '../http-values.ts';

/** Says that the function runs, without a key and without asking Bedrock: a monitor's call costs nothing. */
export function health(): HttpResponse {
  return json({ status: 'ok' });
}
