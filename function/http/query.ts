/** How the parameters of a query are read that are no texts. */
export interface QueryTypes {
  /** Parameters that are whole numbers. */
  readonly integers?: readonly string[];
  /** Parameters that are true or false. */
  readonly booleans?: readonly string[];
  /** Parameters that are lists, which OpenAI's clients write as `name[]` (or `name[0]`), and others as `name`. */
  readonly lists?: readonly string[];
}

/**
 * The parameters of a query by their names. Clients write null as an empty text: such a parameter has no value. One that comes twice is a list;
 * a text that is not of its type stays, for a schema to refuse.
 */
export function queryParameters(
  query: string,
  { integers = [], booleans = [], lists = [] }: QueryTypes = {},
): Record<string, unknown> {
  const given = [...new URLSearchParams(query)].map(([name, value]) => [name.replace(/\[\d*\]$/, ''), value] as const);
  const byName = Map.groupBy(given, ([name]) => name);
  const fields = Array.from(byName, ([name, pairs]): [string, unknown] => {
    const values = pairs.map(([, value]) => value).filter((value) => value !== '');
    const [first, ...more] = values;
    if (first === undefined) return [name, undefined];
    if (lists.includes(name)) return [name, values];
    if (more.length > 0) return [name, values];
    if (integers.includes(name) && /^-?\d{1,15}$/.test(first)) return [name, Number(first)];
    return [name, booleans.includes(name) && /^(?:true|false)$/.test(first) ? first === 'true' : first];
  });
  return Object.fromEntries(fields);
}
