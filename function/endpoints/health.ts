import { json } from '../http/json.ts';
import type { Endpoint } from '../request-context.ts';

/** Says that the function runs, without a key and without asking Bedrock: a monitor's call costs nothing. */
export const health: Endpoint = {
  method: 'GET',
  path: '/health',
  run: () => json({ status: 'ok' }),
};
