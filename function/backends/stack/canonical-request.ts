/** Headers as a signature covers them: a line for each, and their names. */
export interface CanonicalHeaders {
  readonly lines: string;
  readonly names: string;
}

/** A proxy may change what it says, so AWS's own signer leaves it out as well. No other header that is sent is one of those. */
const unsignedHeader = 'user-agent';

/** The headers of a request as a signature covers them. `sent` has them by names in lower case, without `host`. */
export function canonicalHeaders(sent: Readonly<Record<string, string>>, host: string): CanonicalHeaders {
  const { order, names } = orderOf(sent);
  let lines = '';
  for (const name of order) lines += `${name}:${name === 'host' ? host : canonicalValue(sent[name] ?? '')}\n`;
  return { lines, names };
}

/** The names that a signature covers, in its order, and the same as one text. */
interface Order {
  readonly order: readonly string[];
  readonly names: string;
}

/** Orders by the names of a request. The gateway sends few sets of headers, and to sort one takes longer than all else that is done here. */
const orders = new Map<string, Order>();

/** Sets of headers that are kept at once. */
const maxOrders = 100;

function orderOf(sent: Readonly<Record<string, string>>): Order {
  let key = '';
  for (const name in sent) key += `${name};`;
  const known = orders.get(key);
  if (known !== undefined) return known;
  const order = ['host', ...Object.keys(sent)].filter((name) => name !== unsignedHeader).toSorted();
  if (orders.size >= maxOrders) orders.clear();
  const made = { order, names: order.join(';') };
  orders.set(key, made);
  return made;
}

function canonicalValue(value: string): string {
  return value.includes(' ') ? value.trim().replaceAll(/ +/g, ' ') : value;
}

/** Lines of paths, by path: most calls are of few models. */
const urls = new Map<string, string>();

/** Paths that are kept at once. */
const maxUrls = 100;

/** The path of a request as a signature covers it, which is encoded once more, and in another line its query. */
export function canonicalUrl(text: string): string {
  const known = urls.get(text);
  if (known !== undefined) return known;
  const made = canonicalUrlOf(text);
  if (urls.size >= maxUrls) urls.clear();
  urls.set(text, made);
  return made;
}

function canonicalUrlOf(text: string): string {
  // Most paths have no query, no segment to leave out, and nothing to encode but what is encoded already.
  if (/^[\w.~%/-]+$/.test(text) && !text.includes('//') && !text.includes('/.')) {
    return `${text.replaceAll('%', '%25')}\n`;
  }
  const [path, query] = cut(text, '?');
  return `${encoded(withoutDots(path)).replaceAll('%2F', '/')}\n${query === '' ? '' : canonicalQuery(query)}`;
}

/** The parameters of a query in the order of their names, then of their values. */
function canonicalQuery(query: string): string {
  const parameters = query.split('&').map((text) => {
    const [name, value] = cut(text, '=');
    // A blank comes before all that an encoded text may have: so `a` is before `a-b`.
    return `${reencoded(name)} ${reencoded(value)}`;
  });
  return parameters.toSorted().join('&').replaceAll(' ', '=');
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Spellings differ in what they encode; a signature covers one of them. */
function reencoded(text: string): string {
  return encoded(decodeURIComponent(text));
}

/** A path without empty segments and those of dots. */
function withoutDots(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** All that is not a letter, a digit or one of `-._~` is encoded. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
