import { unknownModel } from '../catalog/resolve.ts';
import type { Endpoint } from './endpoint.ts';
import { listed } from './listed.ts';

/** One model of the list. Ids have `:` and `/`, encoded or not, so the rest of the path is the id. */
export const retrieveModel: Endpoint = {
  method: 'GET',
  path: '/v1/models/:model{.+}',
  async run(call) {
    const id = call.param('model');
    const found = (await listed(call)).find((model) => model.id === id);
    if (!found) throw unknownModel(id);
    return Response.json(found);
  },
};
