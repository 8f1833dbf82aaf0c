import type { Outcome } from '../../dialects/outcome.ts';
import { encodeLabel } from '../wire/endpoint.ts';
import { getJson, type ControlContext } from './control-plane.ts';
import { allowedQuery } from './query.ts';
import type { Send } from './send.ts';

/** A list, or one of its entries by id or ARN; that stands after the slash as it is, not encoded. */
export type ListingPath = List | `${List}/${string}`;

type List = '/foundation-models' | '/inference-profiles';

/** What each list can be asked, by its service model. Nothing else goes on: a query can hold credentials, too. */
const parameters: Readonly<Record<List, readonly string[]>> = {
  '/foundation-models': ['byProvider', 'byCustomizationType', 'byOutputModality', 'byInferenceType'],
  '/inference-profiles': ['maxResults', 'nextToken', 'type'],
};

/** A listing as Bedrock says it, for its own clients. `query` as it came; what the operation does not know is left out. */
export type Listing = (
  path: ListingPath,
  query: string,
  context: ControlContext,
) => Promise<Outcome<Readonly<Record<string, unknown>>>>;

export function listing(send: Send): Listing {
  return (path, query, context) => {
    const list: List = path.startsWith('/foundation-models') ? '/foundation-models' : '/inference-profiles';
    const id = path.slice(list.length + 1);
    return getJson(
      send,
      id === '' ? `${list}${allowedQuery(query, parameters[list])}` : `${list}/${encodeLabel(id)}`,
      context,
    );
  };
}
