import { shownId } from '../catalog/names.ts';
import { resolve, unknownModel } from '../catalog/resolve.ts';
import { json } from '../http/json.ts';
import type { Call } from './endpoint.ts';
import { listed } from './listed.ts';

/** What this caller may ask for. */
export async function listModels(call: Call): Promise<Response> {
  return json({ object: 'list', data: await listed(call) });
}

/**
 * One model of the list, or one that the list has under its id and the caller asks for by its ARN, which can be called as
 * well. Ids have `:` and `/`, encoded or not, so the rest of the path is the id.
 */
export async function retrieveModel(call: Call): Promise<Response> {
  const id = call.param('model');
  const models = await listed(call);
  resolve(id, call.services.catalog, call.services.known);
  const found = models.find((model) => model.id === id) ?? models.find((model) => model.id === shownId(id));
  if (!found) throw unknownModel(id);
  return json({ ...found, id });
}
