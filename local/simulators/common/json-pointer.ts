/** What a reference such as `#/$defs/City` leads to in a document; undefined where it leads nowhere or cannot be read. */
export function valueAt(root: unknown, reference: string): unknown {
  let found = root;
  for (const step of reference.split('/').slice(1)) {
    const key = decoded(step);
    if (typeof found !== 'object' || found === null || key === undefined || !Object.hasOwn(found, key))
      return undefined;
    found = Object(found)[key];
  }
  return found;
}

function decoded(step: string): string | undefined {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}
