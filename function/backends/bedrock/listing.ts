import type { Outcome } from '../../dialects/outcome.ts';
import { encodeLabel } from '../wire/endpoint.ts';
import { getJson, type ControlContext } from './control-plane.ts';
import { allowedQuery } from './query.ts';
import type { Send } from './send.ts';

/** The path of a list, or of one of its entries by id or ARN; the entry is not encoded. */
export type ListingPath = List | `${List}/${string}`;

type List = '/foundation-models' | '/inference-profiles';

/** The query parameters of each list, by the service model. All others are dropped: a query can hold credentials. */
const parameters: Readonly<Record<List, readonly string[]>> = {
  '/foundation-models': ['byProvider', 'byCustomizationType', 'byOutputModality', 'byInferenceType'],
  '/inference-profiles': ['maxResults', 'nextToken', 'type'],
};

/**
 * Returns a listing in Bedrock's own form, for its own clients. `query` is the raw query string; parameters that the operation does not
 * have are dropped.
 */
export type Listing = (
  path: ListingPath,
  query: string,
  context: ControlContext,
) => Promise<Outcome<Readonly<Record<string, unknown>>>>;

/** Passes list and get requests of models and profiles to Bedrock, with known query parameters only. */
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
