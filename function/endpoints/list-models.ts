import { json } from '../http/json.ts';
import type { Endpoint } from './endpoint.ts';
import { listed } from './listed.ts';

/** What this caller may ask for. */
export const listModels: Endpoint = {
  method: 'GET',
  path: '/v1/models',
  run: async (call) => json({ object: 'list', data: await listed(call) }),
};
