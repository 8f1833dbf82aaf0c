import { ApiError } from '../errors.ts';
import { json } from '../http/json.ts';
import { queryParameters } from '../http/query.ts';
import { callerStorage } from '../pipeline/caller-storage.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { itemPage } from '../storage/pages.ts';
import { outputOf, readResponse, removeResponse } from '../storage/stored-responses.ts';
import { privately, shownBy } from './operation.ts';
import { responseItemsQuery, responseQuery } from '../validate/stored-requests.ts';

/** Shows a stored response. */
export const retrieveResponse: Handler = {
  async run(context) {
    const fields = queryParameters(context.request.query, {
      integers: ['starting_after'],
      booleans: ['stream', 'include_obfuscation'],
      lists: ['include'],
    });
    const { include = [], stream } = responseQuery(fields);
    if (stream === true) throw notStreamed();
    const found = await readResponse(await callerStorage(context), context.param('response'));
    const output = outputOf(found).map(shownBy(include));
    return json({ ...found.response, output }, privately);
  },
};

/** Deletes a stored response. Responses that go on from it have its items themselves. */
export const deleteResponse: Handler = {
  async run(context) {
    const id = context.param('response');
    await removeResponse(await callerStorage(context), id);
    return json({ id, object: 'response', deleted: true }, privately);
  },
};

/** Lists the items that the model was given for a stored response, those of earlier responses included. */
export const listInputItems: Handler = {
  async run(context) {
    const fields = queryParameters(context.request.query, { integers: ['limit'], lists: ['include'] });
    const { include = [], ...query } = responseItemsQuery(fields);
    const { input } = await readResponse(await callerStorage(context), context.param('response'));
    const page = itemPage(input, query);
    return json({ ...page, data: page.data.map(shownBy(include)) }, privately);
  },
};

function notStreamed(): ApiError {
  return new ApiError("'stream' is not supported here: this gateway stores whole responses. Leave it out.", {
    status: 400,
    code: 'unsupported_parameter',
    param: 'stream',
  });
}
