import { resolve, unknownModel } from '../catalog/resolve.ts';
import { json } from '../http/json.ts';
import type { Call } from '../request-context.ts';
import { listed, listedOne } from './listed.ts';
import type { HttpResponse } from '../http-values.ts';

/** What this caller may ask for. */
export async function listModels(call: Call): Promise<HttpResponse> {
  return json({ object: 'list', data: await listed(call) });
}

/**
 * One model that this caller may ask for, whether the list has it or a pattern takes its name. Ids have `:` and `/`, encoded or
 * not, so the rest of the path is the id.
 */
export async function retrieveModel(call: Call): Promise<HttpResponse> {
  const id = call.param('model');
  const found = await listedOne(call, id);
  resolve(id, call.services.catalog, call.services.known);
  if (!found) throw unknownModel(id);
  return json(found);
}
