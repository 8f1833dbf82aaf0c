import { resolve, unknownModel } from '../catalog/resolve.ts';
import { json } from '../http/json.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { availableModel, availableModels } from '../pipeline/model-listing.ts';

/** Lists what this caller may ask for. */
export const listModels: Handler = {
  run: async (context) => json({ object: 'list', data: await availableModels(context) }),
};

/**
 * Describes one model that this caller may ask for, whether the list has it or a pattern matches its name. Ids have `:` and `/`, encoded
 * or not, so the rest of the path is the id.
 */
export const retrieveModel: Handler = {
  async run(context) {
    const id = context.param('model');
    const { catalog, backendFacts } = context.services;
    const found = await availableModel(context, id);
    resolve(id, catalog, backendFacts);
    if (!found) throw unknownModel(id);
    return json(found);
  },
};
